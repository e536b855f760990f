/** The top of the report: title, verdict, the table of verdicts with ways to what failed, the replay command, key facts. */
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatNumber,
  formatRate,
  formatShare,
} from '../charts/format.ts';
import { element, table } from './elements.ts';
import type { ReportModel } from './model.ts';
import { kindsOf } from './peer-words.ts';
import { completionRatio, readVerdict } from './readings.ts';
import type { ReportContext, Violation } from './section.ts';
import { selectionOf } from './violations.ts';

export function renderSummary(context: ReportContext, violations: readonly Violation[]): HTMLElement[] {
  const { model } = context;
  const { info } = model;
  const held = info.verdicts.length > 0 && info.verdicts.every((verdict) => verdict.outcome === 'held');
  const verdict = element('p', { className: `verdict ${held ? 'held' : 'failed'}` }, [
    element('span', { className: 'mark' }, [held ? '✓' : '✗']),
    readVerdict(model),
  ]);
  (verdict.firstChild as HTMLElement).setAttribute('aria-hidden', 'true');
  const nodes: HTMLElement[] = [
    element('p', { className: 'eyebrow' }, [`swarmlab report · seed ${model.seed} · ${info.network}`]),
    element('h1', {}, [info.title]),
    element('p', { className: 'lead' }, [info.description]),
    verdict,
  ];
  if (info.verdicts.length > 0) nodes.push(renderVerdicts(context, violations));
  nodes.push(
    element('div', { className: 'replay' }, [
      element('span', { className: 'label' }, ['Replay this run']),
      element('div', { className: 'command' }, [
        element('pre', {}, [info.replayCommand]),
        renderCopyButton(info.replayCommand, context),
      ]),
    ]),
    renderFacts(model),
    renderGroups(model),
  );
  return nodes;
}

/** Puts a text on the clipboard; where the browser does not allow that to a file, it selects the text instead. */
function renderCopyButton(text: string, { announce }: ReportContext): HTMLElement {
  const button = element('button', { className: 'copy' }, ['Copy']);
  button.type = 'button';
  const say = (label: string): void => {
    button.textContent = label;
    announce(label);
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 1600);
  };
  button.addEventListener('click', () => {
    const selectText = (): void => {
      const pre = button.previousElementSibling;
      if (pre !== null) window.getSelection()?.selectAllChildren(pre);
      say(document.execCommand('copy') ? 'Copied' : 'Selected: copy it with your keys');
    };
    if (navigator.clipboard === undefined) selectText();
    else navigator.clipboard.writeText(text).then(() => say('Copied'), selectText);
  });
  return button;
}

/** Selects the instant and the place of a violation, and brings the chart that shows it onto the screen. */
function renderWay(violation: Violation, { model, selection, announce }: ReportContext): HTMLElement {
  const { timeUs, piece, peer, chart, name } = violation;
  const what = [
    ...(timeUs === undefined ? [] : [`at ${formatDuration(timeUs)}`]),
    ...(piece === undefined ? [] : [`piece ${piece}`]),
    ...(peer === undefined ? [] : [model.peers.id[peer] ?? '']),
  ].join(', ');
  const way = element('a', { className: 'way' }, [what === '' ? 'Show where' : `Show ${what}`]);
  way.href = `#${chart}`;
  way.dataset.verdict = String(violation.verdict);
  way.setAttribute('aria-label', `${name}: show ${what === '' ? 'where' : what}`);
  way.addEventListener('click', (event) => {
    event.preventDefault();
    selection.set(selectionOf(violation, model.shownUs, model.endUs));
    const figure = document.getElementById(chart);
    figure?.scrollIntoView({ block: 'start' });
    figure?.classList.remove('sought');
    // A frame in between, so that a second click marks it anew.
    requestAnimationFrame(() => figure?.classList.add('sought'));
    figure?.querySelector<HTMLElement>('.focusable')?.focus({ preventScroll: true });
    announce(`${name}, ${what}.`);
  });
  return way;
}

function renderVerdicts(context: ReportContext, violations: readonly Violation[]): HTMLElement {
  const { model } = context;
  const rows = model.info.verdicts.map((verdict) => [
    verdict.outcome === 'held' ? '✓ held' : `✗ ${verdict.outcome}`,
    verdict.name,
    verdict.measured,
    element('code', {}, [verdict.expression]),
  ]);
  const box = table('verdicts', ['Verdict', 'Expectation', 'Measured', 'As written'], rows);
  for (const [index, verdict] of model.info.verdicts.entries()) {
    const cell = box.querySelectorAll('tbody tr')[index]?.firstElementChild;
    cell?.classList.add('outcome', verdict.outcome === 'held' ? 'held' : 'failed');
    const violation = violations.find((each) => each.verdict === index);
    if (violation !== undefined) cell?.parentElement?.children[2]?.append(' ', renderWay(violation, context));
  }
  return box;
}

function renderFacts(model: ReportModel): HTMLElement {
  const { facts, torrent } = model;
  const list = element('dl', { className: 'facts' }, []);
  const fact = (name: string, value: string, detail: string): void => {
    list.append(
      element('div', {}, [
        element('dt', {}, [name]),
        element('dd', {}, [value, element('small', {}, [detail])]),
      ]),
    );
  };
  const ratio = completionRatio(model);
  const time = (us: number | null): string => (us === null ? 'never' : formatDuration(us));
  fact(
    'Downloaders complete',
    `${formatNumber(facts.completed)} of ${formatNumber(facts.downloaders)}`,
    `${formatCount(facts.joined, 'peer')} in all, the run ended at ${formatDuration(model.endUs)}`,
  );
  fact(
    'Content',
    formatBytes(torrent.totalBytes),
    `${formatCount(torrent.pieceCount, 'piece')} of ${formatBytes(torrent.pieceLengthBytes)}`,
  );
  fact(
    'Last completion',
    time(facts.lastCompletedUs),
    facts.firstCompletedUs === null ? 'nobody completed' : `first at ${time(facts.firstCompletedUs)}`,
  );
  fact('Median download', time(facts.medianDownloadUs), 'from arrival to completion, those who completed');
  fact(
    'Least possible',
    facts.boundUs === null ? 'none' : formatDuration(facts.boundUs),
    ratio === undefined
      ? 'lower bound on the last completion'
      : `this run took ${ratio.toFixed(2)} times that`,
  );
  fact(
    'First seeds sent',
    `${formatNumber(facts.seedCopies, 2)} copies`,
    'of the file in all; one is the least that can do',
  );
  fact(
    'Wasted',
    formatBytes(facts.wastedBytes),
    facts.receivedBytes > 0
      ? `${formatShare(facts.wastedBytes / facts.receivedBytes)} of the ${formatBytes(facts.receivedBytes)} received`
      : 'nothing was received',
  );
  fact(
    'Fairness of upload',
    facts.uploadFairness === null ? 'none' : formatNumber(facts.uploadFairness, 2),
    "Jain's index over downloaders: 1 if all sent alike",
  );
  return list;
}

/** Columns for behaviour and address translation, where some group has any that is not the ordinary one. */
function appendKinds(model: ReportModel, headings: string[], rows: string[][]): void {
  const { behaviours, nats, peers } = model;
  const columns = [
    { heading: 'Behaviour', names: behaviours, kinds: peers.behaviour, ordinary: 'honest' },
    { heading: 'NAT', names: nats, kinds: peers.nat, ordinary: 'open' },
  ];
  for (const { heading, names, kinds, ordinary } of columns) {
    const cells = model.groups.map((_, group) => {
      const own = kinds.filter((__, peer) => peers.group[peer] === group);
      return kindsOf(names, own, ordinary);
    });
    if (cells.every((cell) => cell === undefined)) continue;
    headings.push(heading);
    for (const [group, row] of rows.entries()) row.push(cells[group] ?? ordinary);
  }
}

function renderGroups(model: ReportModel): HTMLElement {
  const rows = model.groups.map((group) => [
    group.name,
    formatNumber(group.peers),
    formatRate(group.downBytesPerSec),
    formatRate(group.upBytesPerSec),
    group.downloaders === 0
      ? 'arrived complete'
      : `${formatNumber(group.completed)} of ${formatNumber(group.downloaders)}`,
    formatBytes(group.receivedBytes),
    formatBytes(group.sentBytes),
  ]);
  const headings = ['Group', 'Peers', 'Downlink', 'Uplink', 'Completed', 'Received', 'Sent'];
  const numbersUntil = headings.length;
  appendKinds(model, headings, rows);
  const box = table('groups', headings, rows, 1);
  // Kinds are words, which may break over lines where the page is narrow.
  for (const row of box.querySelectorAll('tr')) {
    for (const cell of [...row.children].slice(numbersUntil)) cell.classList.remove('number');
  }
  box.style.marginTop = '36px';
  return box;
}
