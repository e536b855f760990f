import { describe, expect, it } from 'vitest';
import { buildReportModel } from '../../viz/report/build-model.ts';
import { embedJson, renderReportHtml } from '../../viz/report/html.ts';
import { reportInfo } from '../support/report-info.ts';
import { smallTrace } from '../trace/metrics/small-trace.ts';

const HOSTILE = '</script><script>alert(1)</script><!-- \u2028 & "';

describe('report page', () => {
  const data = buildReportModel(smallTrace(), reportInfo({ title: HOSTILE, description: HOSTILE }));
  const html = renderReportHtml({ title: HOSTILE, scriptText: `const end = "</script>";`, data });

  it('holds no markup but its own', () => {
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html.match(/<\/script/g)).toHaveLength(2);
    expect(html).not.toContain('<!--');
    expect(html).toContain('<title>&lt;/script&gt;&lt;script&gt;');
  });

  it('carries its data unharmed', () => {
    const text = /<script type="application\/json" id="report-data">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(data)));
  });

  it('refers to nothing outside itself and forbids to fetch anything', () => {
    expect(html).toContain(`content="default-src 'none';`);
    expect(html).not.toMatch(/\b(?:src|href)="(?!data:)/);
    expect(html).not.toMatch(/@import|url\(/);
  });

  it('escapes what JavaScript or HTML would read otherwise', () => {
    expect(embedJson({ a: '<\u2028\u2029' })).toBe('{"a":"\\u003c\\u2028\\u2029"}');
  });
});
