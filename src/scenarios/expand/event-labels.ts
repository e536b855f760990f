/** What an event is called in traces and reports: short, in the words of the scenario. */
import type { ScenarioAction, Target } from '../scenario-events.ts';
import { formatDuration, formatPercentage, formatRate } from '../unit-text.ts';

/** "partition origin | crowd for 30s". */
export function eventLabel(action: ScenarioAction): string {
  switch (action.verb) {
    case 'partition':
    case 'hold': {
      const to = action.to === undefined ? 'all others' : who(action.to);
      return `${action.verb} ${who(action.from)} ${action.bothWays ? '|' : '->'} ${to}${lasting(action)}`;
    }
    case 'latency':
      return `latency +${formatDuration(action.addUs)} at ${who(action.target)}${lasting(action)}`;
    case 'loss':
      return `loss ${formatPercentage(action.lossPerMillion / 1e6)} at ${who(action.target)}${lasting(action)}`;
    case 'line': {
      const { upBytesPerSec, downBytesPerSec } = action;
      const rates = [...rate('up', upBytesPerSec), ...rate('down', downBytesPerSec)];
      return `line ${rates.join(', ')} at ${who(action.target)}${lasting(action)}`;
    }
    case 'crash': {
      const { restartAfterUs } = action;
      const back = restartAfterUs === undefined ? '' : `, back after ${formatDuration(restartAfterUs)}`;
      return `crash ${who(action.target)}${back}`;
    }
    case 'leave':
      return `leave ${who(action.target)}`;
    case 'disk':
      return `disk ${action.fault.kind} at ${who(action.target)}${lasting(action)}`;
    case 'tracker':
      return `tracker ${action.fault}${lasting(action)}`;
    case 'engine':
      return `engine of ${who(action.target)}`;
  }
}

function who({ groups, peers, tracker, pick }: Target): string {
  const names = [...groups, ...peers, ...(tracker ? ['tracker'] : [])].join(' + ');
  if (pick === undefined) return names;
  const share =
    pick.kind === 'count' ? String(pick.count) : formatPercentage(pick.perMillion / 1e6).replace(' ', '');
  return `${share} of ${names}`;
}

function lasting({ forUs }: { readonly forUs: number | undefined }): string {
  return forUs === undefined ? '' : ` for ${formatDuration(forUs)}`;
}

function rate(direction: string, bytesPerSec: number | undefined): string[] {
  if (bytesPerSec === undefined) return [];
  return [`${direction} ${bytesPerSec === 0 ? 'dead' : formatRate(bytesPerSec)}`];
}
