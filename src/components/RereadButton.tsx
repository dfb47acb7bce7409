import React, { useState } from 'react';
import { Button, Stack, Text } from '@grafana/ui';

import type { DataSource } from '../datasource';
import { t } from '../i18n';

interface Props {
  datasource: DataSource;
  onDone: () => void;
}

/** Drops the backend's cached counts and runs the query, after data were backfilled. */
export function RereadButton({ datasource, onDone }: Props) {
  const [error, setError] = useState<string>();

  const reread = async () => {
    try {
      await datasource.forgetCounts();
      setError(undefined);
      onDone();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    }
  };

  return (
    <Stack direction="row" gap={1} alignItems="center">
      <Button
        size="sm"
        variant="secondary"
        icon="sync"
        tooltip={t('reread.tooltip', 'Reads all counts again. Use it after you have backfilled data.')}
        onClick={reread}
      >
        {t('reread.label', 'Re-read counts')}
      </Button>
      {error && <Text color="error">{error}</Text>}
    </Stack>
  );
}
