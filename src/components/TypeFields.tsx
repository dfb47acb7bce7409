import React from 'react';
import { CoreApp } from '@grafana/data';

import type { DataSource } from '../datasource';
import { typed, type BurnlineQuery } from '../types';
import { AlertFields } from './AlertFields';
import { AnnotationFields } from './AnnotationFields';
import { BacktestFields } from './BacktestFields';
import { BurnersFields } from './BurnersFields';
import { ChangesFields } from './ChangesFields';
import { MetricsField } from './MetricsField';
import { ResourcesFields } from './ResourcesFields';
import { SummaryValueField } from './SummaryValueField';
import { WhatIfFields } from './WhatIfFields';

interface Props {
  query: BurnlineQuery;
  datasource: DataSource;
  app?: CoreApp;
  onChange: (patch: Partial<BurnlineQuery>) => void;
}

/** The fields of single query types that are always visible. */
export function TypeFields(props: Props) {
  const query = typed(props.query);
  switch (query.queryType) {
    case 'timeseries':
      return <MetricsField value={query.metrics} onChange={(metrics) => props.onChange({ metrics })} />;
    case 'whatif':
      return <WhatIfFields {...props} />;
    case 'burners':
      return <BurnersFields {...props} />;
    case 'changes':
      return <ChangesFields {...props} />;
    case 'backtest':
      return <BacktestFields {...props} />;
    case 'alerts':
      return <AlertFields {...props} />;
    case 'resources':
      return <ResourcesFields {...props} />;
    case 'annotations':
      return <AnnotationFields {...props} />;
    default:
      return props.app === CoreApp.UnifiedAlerting ? <SummaryValueField {...props} /> : null;
  }
}
