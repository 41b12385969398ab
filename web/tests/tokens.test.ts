import { describe, expect, it } from 'vitest';
import tokens from '../src/tokens.json';

/* WCAG 2.2, relative luminance and contrast ratio. */
function luminance(colour: string): number {
	const part = (at: number) => {
		const value = parseInt(colour.slice(at, at + 2), 16) / 255;
		return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
	};
	return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
}

function contrast(one: string, other: string): number {
	const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
	return (high + 0.05) / (low + 0.05);
}

type Colour = keyof typeof tokens.light;

const TEXTS: [Colour, Colour][] = [
	['ink', 'page'], ['ink', 'surface'], ['ink', 'accent-wash'], ['ink', 'mine'],
	['ink-soft', 'page'], ['ink-soft', 'surface'], ['ink-soft', 'accent-wash'],
	['accent', 'surface'], ['accent', 'page'], ['accent', 'accent-wash'], ['accent-ink', 'accent'],
	['warning', 'warning-wash'], ['warning', 'surface'],
];

const POINTS = (percent: string) => parseFloat(percent) / 100 * 16 * parseFloat(tokens.size.text) * 0.75;

describe('the colours', () => {
	for (const theme of ['light', 'dark'] as const)
		it(`leave text of the ${theme} theme 4.5:1 and edges of fields 3:1`, () => {
			for (const [text, ground] of TEXTS)
				expect(contrast(tokens[theme][text], tokens[theme][ground]), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
			expect(contrast(tokens[theme]['field-rule'], tokens[theme].surface)).toBeGreaterThanOrEqual(3);
		});

	it('are the same set in both themes', () => {
		expect(Object.keys(tokens.dark)).toEqual(Object.keys(tokens.light));
	});
});

describe('the large letters', () => {
	it('begin at 18 points and go to 30', () => {
		expect(POINTS(tokens['text-sizes'].large)).toBeCloseTo(18, 1);
		expect(POINTS(tokens['text-sizes'].larger)).toBeCloseTo(24, 1);
		expect(POINTS(tokens['text-sizes'].largest)).toBeCloseTo(30, 1);
	});
});
