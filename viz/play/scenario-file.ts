/** What the text of a run is called in messages, and what it is saved as. */
export const SCENARIO_FILE = 'scenario.yaml';
