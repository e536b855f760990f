/** The look of the moving swarm; colours are the page's variables. */

export const SWARM_STYLE = `
.swarm { margin-top: 12px; }
.swarm-picture { position: relative; } .swarm-picture canvas { position: absolute; inset: 0; width: 100%; height: 100%; }
.swarm-peers button { position: absolute; padding: 0; border: 0; border-radius: 50%; background: none; cursor: pointer; }
.swarm canvas.swarm-strip { position: static; display: block; width: 100%; height: 46px; margin-top: 6px; cursor: pointer; pointer-events: auto; }
.swarm-keys svg { display: inline-block; width: 18px; height: 18px; margin-right: 6px; vertical-align: -4px; }
`;
