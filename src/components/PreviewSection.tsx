import React from 'react';

import { t } from '../i18n';
import { onDemand } from '../onDemand';
import { testIds } from '../testIds';
import { OptionGroup } from './OptionGroup';
import type { PreviewProps } from './Preview';

const Preview = onDemand<PreviewProps>(async () => (await import('./Preview')).Preview);

/** The PromQL of a query, which is requested when the section opens. */
export function PreviewSection(props: PreviewProps) {
  return (
    <OptionGroup title={t('preview.title', 'Generated PromQL')} testId={testIds.queryEditor.preview} block>
      <Preview {...props} />
    </OptionGroup>
  );
}
