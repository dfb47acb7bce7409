import { LoadingPlaceholder } from '@grafana/ui';
import React, { lazy, Suspense, type ComponentType, type JSX } from 'react';

import { t } from './i18n';

/** A component in its own file, loaded when it is first drawn. */
export function onDemand<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const Lazy = lazy(async () => ({ default: (await load()) as ComponentType<object> }));
  return function OnDemand(props: P): JSX.Element {
    return (
      <Suspense fallback={<LoadingPlaceholder text={t('editor.loading', 'Loading the editor…')} />}>
        <Lazy {...props} />
      </Suspense>
    );
  };
}
