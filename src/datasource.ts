import type { CoreApp, ScopedVars } from '@grafana/data';
import { DataSourceWithBackend } from '@grafana/runtime';

import { annotations } from './annotations';
import { isComplete } from './inlineSLO';
import { interpolateQuery, interpolateSLO } from './interpolation';
import type { PolicyInfo, Problem, SLOInfo } from './resources';
import type { BurnlineOptions, BurnlineQuery, SLO } from './types';

/** Everything is computed in the backend; here the queries are completed and the backend's resources get their types. */
export class DataSource extends DataSourceWithBackend<BurnlineQuery, BurnlineOptions> {
  annotations = annotations;

  getDefaultQuery(_: CoreApp): Partial<BurnlineQuery> {
    return { queryType: 'summary' };
  }

  /** An SLO that is still being written is not sent: its fields say what is missing. */
  filterQuery(query: BurnlineQuery): boolean {
    return !query.hide && (!query.inline || isComplete(query.inline));
  }

  applyTemplateVariables(query: BurnlineQuery, scopedVars: ScopedVars): BurnlineQuery {
    return interpolateQuery(query, scopedVars);
  }

  getQueryDisplayText(query: BurnlineQuery): string {
    const slos = query.inline ? query.inline.name : query.slos?.length ? query.slos.join(', ') : 'every SLO';
    const by = query.groupBy ?? query.inline?.by;
    return `${query.queryType ?? 'summary'}: ${slos}${by?.length ? ` by ${by.join(', ')}` : ''}`;
  }

  async getSLOs(): Promise<SLOInfo[]> {
    const { slos } = await this.getResource<{ slos: SLOInfo[] }>('slos', undefined, quiet);
    return slos;
  }

  async getPolicies(): Promise<PolicyInfo[]> {
    const { policies } = await this.getResource<{ policies: PolicyInfo[] }>('policies', undefined, quiet);
    return policies;
  }

  /** The names of the labels that an SLO, of the catalog by name or inline, can be grouped by. */
  async getLabels(slo: string | SLO): Promise<string[]> {
    const { labels } =
      typeof slo === 'string'
        ? await this.getResource<{ labels: string[] }>('labels', { slo: interpolateName(slo) }, quiet)
        : await this.postResource<{ labels: string[] }>('labels', { slo: interpolateSLO(slo) }, quiet);
    return labels;
  }

  /** What is wrong with an SLO, judged with the present values of the template variables. */
  async validateSLO(slo: SLO): Promise<Problem[]> {
    const body = { slo: interpolateSLO(slo) };
    const { problems } = await this.postResource<{ problems: Problem[] }>('slo/validate', body, quiet);
    return problems;
  }
}

// The editors show errors where they belong, so no notification pops up beside them.
const quiet = { showErrorAlert: false };

function interpolateName(name: string): string {
  return interpolateQuery({ refId: '', slos: [name] }).slos?.[0] ?? name;
}
