/** What axe says of a page, in words. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What other colours can break where the same page has passed all rules. */
export const COLOUR_RULES: readonly string[] = ['color-contrast', 'link-in-text-block'];
/** What another width can break. */
export const WIDTH_RULES: readonly string[] = [...COLOUR_RULES, 'target-size', 'scrollable-region-focusable'];

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

export interface AuditOptions {
  /** The only rules that are looked at; all where absent. */
  readonly rules?: readonly string[];
  /** Selectors of what nobody is told of. */
  readonly exclude?: readonly string[];
}

export async function audit(page: Page, { rules, exclude = [] }: AuditOptions = {}): Promise<string[]> {
  // The page's own policy lets no script in; the debugger may evaluate one.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const { violations } = await page.evaluate(
    ([only, without]) => {
      const { axe } = window as unknown as {
        axe: { run(context: object, options: object): Promise<AxeResult> };
      };
      const context = without.length === 0 ? document : { exclude: [...without] };
      return axe.run(context, only === undefined ? {} : { runOnly: [...only] });
    },
    [rules, exclude] as const,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
  );
}
