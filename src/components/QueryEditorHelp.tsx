import React from 'react';
import type { QueryEditorHelpProps } from '@grafana/data';
import { Button, Stack, Text } from '@grafana/ui';

import { queryExamples } from '../examples';
import { t } from '../i18n';
import type { BurnlineQuery } from '../types';

export function QueryEditorHelp({ onClickExample }: QueryEditorHelpProps<BurnlineQuery>) {
  return (
    <Stack direction="column" gap={2}>
      <Text element="h2">{t('help.title', 'Burnline examples')}</Text>
      {queryExamples().map(({ title, explanation, query }) => (
        <Stack key={title} direction="column" gap={0.5} alignItems="flex-start">
          <Text element="h3" variant="h5">
            {title}
          </Text>
          <Text color="secondary">{explanation}</Text>
          <Button
            size="sm"
            variant="secondary"
            aria-label={t('help.use-example', 'Use: {{title}}', { title })}
            onClick={() => onClickExample(query)}
          >
            {t('help.use', 'Use this query')}
          </Button>
        </Stack>
      ))}
    </Stack>
  );
}
