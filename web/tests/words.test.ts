import { describe, expect, it } from 'vitest';
import { WORDS } from '../src/words';

/* Every sentence of a language under its place, functions with plain arguments. */
function sentences(value: unknown, place = ''): [string, string][] {
	if (typeof value === 'string')
		return [[place, value]];
	if (typeof value === 'function')
		return [[place, String((value as (...given: unknown[]) => unknown)(['x'], 'x'))]];
	return Object.entries(value as object).flatMap(([key, inner]) => sentences(inner, `${place}/${key}`));
}

const HAN = /\p{Script=Han}/u;
const zh = sentences(WORDS['zh-CN']);
const en = sentences(WORDS.en);

describe('the page\'s own words', () => {
	it('are the same set in both languages', () => {
		expect(en.map(([place]) => place)).toEqual(zh.map(([place]) => place));
	});

	it('say something, in the language that they stand under', () => {
		for (const [place, text] of zh.filter(([place]) => place !== '/comma'))
			expect(text, place).toMatch(HAN);
		for (const [place, text] of en.filter(([place]) => place !== '/comma')) {
			expect(text, place).toMatch(/[A-Za-z]/);
			expect(text, place).not.toMatch(HAN);
		}
	});

	it('keep to Chinese punctuation in Chinese', () => {
		for (const [place, text] of zh)
			expect(text, place).not.toMatch(/\p{Script=Han}[,:;?!]|\.\.\./u);
	});
});
