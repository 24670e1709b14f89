// Accessibility by axe-core: WCAG 2.2, levels A and AA, in the light and the dark theme.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Runs in the page: waits until nothing moves any more but what moves for ever. */
async function settled() {
  const moving = () => document.getAnimations().filter((animation) => animation.playState === 'running' && animation.effect?.getComputedTiming().iterations !== Infinity);
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  for (let still = 0; still < 3; still = moving().length === 0 ? still + 1 : 0) {
    await Promise.all(moving().map((animation) => animation.finished.catch(() => undefined)));
    await frame();
  }
}

/** @typedef {{id: string, help: string, nodes: {html: string, failureSummary?: string}[]}} Violation */

/**
 * Fails with what axe finds wrong in the page as it is now, in both themes. Waits for animations first: a half-faded text has no contrast.
 * @param {import('playwright-core').Page} page @param {string} what
 */
export async function assertAccessible(page, what) {
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(settled);
    await page.evaluate(source);
    const violations = /** @type {Violation[]} */ (
      await page.evaluate(async (tags) => {
        // @ts-expect-error axe is what the line before has brought
        const result = await axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] });
        return result.violations;
      }, TAGS)
    );
    const told = violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => `  ${node.html}\n  ${node.failureSummary ?? ''}`).join('\n')}`);
    assert.equal(violations.length, 0, `${what}, ${colorScheme}:\n${told.join('\n')}`);
  }
}
