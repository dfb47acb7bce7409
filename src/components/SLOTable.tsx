import React, { memo, useMemo, useState } from 'react';
import { FilterInput, InteractiveTable, Stack, Text, type CellProps, type Column } from '@grafana/ui';

import { t } from '../i18n';
import { kindOptions } from '../kinds';
import type { SLOInfo } from '../resources';
import { testIds } from '../testIds';

/**
 * The SLOs of a catalog: pages of a table, and a filter if there are several pages. Typing in the
 * catalog does not render the table again.
 */
export const SLOTable = memo(function SLOTable({ slos }: { slos: SLOInfo[] }) {
  const [filter, setFilter] = useState('');
  const columns = useMemo(() => sloColumns(), []);
  const rows = useMemo(() => slos.map(rowOf), [slos]);
  const shown = useMemo(() => {
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
    return words.length === 0 ? rows : rows.filter(({ text }) => words.every((word) => text.includes(word)));
  }, [rows, filter]);
  return (
    <Stack direction="column" gap={1}>
      {rows.length > PAGE && (
        <FilterInput
          width={40}
          aria-label={t('report.filter', 'Filter the SLOs')}
          placeholder={t('report.filter', 'Filter the SLOs')}
          value={filter}
          onChange={setFilter}
          escapeRegex={false}
        />
      )}
      <InteractiveTable columns={columns} data={shown} getRowId={({ name }) => name} pageSize={PAGE} />
      {shown.length === 0 && <Text color="secondary">{t('report.none', 'No SLO matches the filter.')}</Text>}
    </Stack>
  );
});

/** Rows of a page: as many as stay visible. */
const PAGE = 20;

interface Row {
  name: string;
  objective: string;
  window: string;
  kind: string;
  by: string;
  description: string;
  /** What the filter searches, in lower case. */
  text: string;
}

function rowOf({ name, objective, window, kind, by, description }: SLOInfo): Row {
  const row = {
    name,
    objective: `${objective}%`,
    window,
    kind: kindOptions().find(({ value }) => value === kind)?.label ?? kind,
    by: by.join(', '),
    description,
  };
  return { ...row, text: Object.values(row).join('\n').toLowerCase() };
}

function NameCell({ row }: CellProps<Row>) {
  return <span data-testid={testIds.configEditor.slo}>{row.original.name}</span>;
}

function sloColumns(): Array<Column<Row>> {
  return [
    { id: 'name', header: t('report.name', 'SLO'), sortType: 'alphanumeric', cell: NameCell },
    { id: 'objective', header: t('report.objective', 'Objective'), sortType: 'alphanumeric' },
    { id: 'window', header: t('report.window', 'Window') },
    { id: 'kind', header: t('report.kind', 'SLI'), sortType: 'string' },
    { id: 'by', header: t('report.by', 'Grouped by') },
    { id: 'description', header: t('report.description', 'Description') },
  ];
}
