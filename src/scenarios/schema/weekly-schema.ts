/** Parts of a week that come again every week, as a scenario file writes them: part of several maps. */
import * as field from '../fields.ts';

/** The keys that say when; `weeklyTimesFaults` sees that they go together, `weeklyWindows` makes windows of them. */
export function weeklyKeys() {
  return {
    daily: field.dayHours().optional().describe('Every day between these times; may go past midnight.'),
    days: field.weekDays().optional().describe('On these days: one, from one to another, or a list.'),
    hours: field
      .dayHours()
      .optional()
      .describe('On those days between these times; the whole day where absent.'),
  };
}
