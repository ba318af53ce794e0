import { describe, expect, it } from 'vitest';
import { escapeHtml } from '../../../../src/cli/output/replay-html/html.js';
import { renderReplayHtml } from '../../../../src/cli/output/replay-html/replay-html.js';
import { replay } from '../../../../src/replay/replay.js';
import type { ReplayResult } from '../../../../src/replay/result.js';
import { finish } from '../../../replay/finish.js';
import { officeHours, settings } from '../../../replay/load.js';

const jumpMs = officeHours().lastMs - 12 * 3_600_000;
const load = officeHours((timeMs, value) => (timeMs >= jumpMs ? 2 * value : value));
const objective = 'short where pod_hours<=hpa';
const result: ReplayResult = finish(replay(load, { settings, objective, assertion: 'short<=0.01%', pareto: true }));
const html = renderReplayHtml(result, 'shop/checkout <load>', 'UTC');

describe('the replay as an HTML page', () => {
  it('is one page that asks nothing of anybody', () => {
    expect(html.startsWith('<!doctype html>')).toBe(true);
    expect(html).not.toMatch(/<script|<link|<img|url\(|https?:/);
    expect(html).toContain('prefers-color-scheme: dark');
    expect(html).toContain('@media print');
  });

  it('closes what it opens', () => {
    const open: string[] = [];
    for (const [, end, name, self] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*?(\/?)>/g)) {
      if (self === '/' || name === 'meta') continue;
      if (end === '/') expect(open.pop()).toBe(name);
      else open.push(name!);
    }
    expect(open).toEqual([]);
  });

  it('draws nothing that is not a number', () => {
    expect(html).not.toMatch(/NaN|Infinity|undefined|null/);
    for (const [, path] of html.matchAll(/ d="([^"]*)"/g)) expect(path).toMatch(/^(?:[MLHVZ]-?[\d. -]*)*$/);
  });

  it('names every policy, with a drawing of each', () => {
    for (const { name } of result.policies) expect(html).toContain(`>${name}</span>`);
    // The two of tidecast and the HPA, the worst hour, the curves, and ten others.
    expect(html.match(/role="img"/g)).toHaveLength(14);
  });

  it('names whose load it is', () => {
    expect(html).toContain('<title>Replay of shop/checkout &lt;load&gt;, ');
    expect(html).toContain('<p>shop/checkout &lt;load&gt;</p>');
  });

  it('says for how long the load is unknown', () => {
    expect(html).not.toContain('the load is unknown');
    const policies = result.policies.map((policy) => ({
      ...policy,
      outcome: { ...policy.outcome, minutesUnknown: 90 },
    }));
    expect(renderReplayHtml({ ...result, policies }, 'x', 'UTC')).toContain('For 1h30m of it the load is unknown: ');
  });

  it('shows response times where they were asked for', () => {
    const latency = { p95S: 0.25, p99S: Infinity };
    const policies = result.policies.map((policy) => ({ ...policy, outcome: { ...policy.outcome, latency } }));
    expect(html).not.toContain('p95 s');
    const timed = renderReplayHtml({ ...result, policies }, 'x', 'UTC');
    expect(timed).toContain('<th scope="col" class="number">p95 s</th>');
    expect(timed).toContain('<td class="number">0.25</td><td class="number">endless</td>');
  });

  it('marks the shortages of what it draws', () => {
    const ours = result.policies[0]!.outcome;
    expect(ours.episodes.length).toBeGreaterThan(0);
    expect(html).toMatch(/<rect class="short"[^>]*><title>short for /);
    // The band is as light as the area of the load where there is no colour; the mark on its top is not.
    expect(html.match(/class="short-mark"/g)).toHaveLength(html.match(/class="short"/g)!.length);
    expect(html).toContain('The worst hour of tidecast');
  });

  it('says what to apply, and whether conditions are met', () => {
    expect(html).toContain('type: predictkube');
    expect(html).toContain('<span class="violated">violated</span>: short&lt;=0.01% (');
    expect(html).toMatch(/short&lt;=0\.01% \([\d.]+% against 0\.01%\)/);
  });

  it('leaves out what was not asked for', () => {
    const bare = renderReplayHtml(
      { ...result, pareto: [], objective: null, assertion: null, worstHour: null },
      'x',
      'UTC',
    );
    for (const title of ['What each minute costs', 'The setting for', 'Assertion', 'The worst hour']) {
      expect(bare).not.toContain(title);
    }
  });
});

describe('escapeHtml', () => {
  it('leaves nothing that HTML would read', () => {
    expect(escapeHtml(`<a href="x">'&'</a>`)).toBe('&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;');
  });
});
