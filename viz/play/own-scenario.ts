/** The live page with a scenario of one's own: its text lies in the page, which then opens with it. Pure text. */

/** Id of the element that holds it. */
export const OWN_ELEMENT = 'own-scenario';

/** What the page has in that place before. */
export const NO_OWN = ownElement(null);

export interface OwnScenario {
  readonly name: string;
  readonly text: string;
}

/** JSON that no parser of HTML can mistake for markup. */
function ownElement(own: OwnScenario | null): string {
  return `<script type="application/json" id="${OWN_ELEMENT}">${JSON.stringify(own).replaceAll('<', '\\u003c')}</script>`;
}

/** `page`: the live page as it was built. Undefined where it is not that. */
export function withOwnScenario(page: string, own: OwnScenario): string | undefined {
  const at = page.indexOf(NO_OWN);
  if (at < 0) return undefined;
  return `${page.slice(0, at)}${ownElement(own)}${page.slice(at + NO_OWN.length)}`;
}

/** What the element holds; undefined: nothing, or nothing that makes sense. */
export function readOwnScenario(json: string): OwnScenario | undefined {
  try {
    const own = JSON.parse(json) as OwnScenario | null;
    return typeof own?.text === 'string' && typeof own.name === 'string' ? own : undefined;
  } catch {
    return undefined;
  }
}
