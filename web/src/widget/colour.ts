/* Colours as #rrggbb, and whether text in one can be read on another (WCAG 2.2). */

export const TEXT_CONTRAST_LEAST = 4.5;

/* Nothing where it is no colour in hexadecimal digits. */
export function readColour(text: string): string | null {
	if (!/^#([\da-f]{3}){1,2}$/i.test(text))
		return null;
	return (text.length > 4 ? text : text.replace(/\w/g, '$&$&')).toLowerCase();
}

function luminance(colour: string): number {
	function part(at: number): number {
		const value = parseInt(colour.slice(at, at + 2), 16) / 255;
		return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
	}
	return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
}

export function contrast(one: string, other: string): number {
	const a = luminance(one);
	const b = luminance(other);
	return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/* White or black: on any colour one of them has more than 4.5:1. */
export function textColourOn(ground: string): string {
	return contrast('#ffffff', ground) >= TEXT_CONTRAST_LEAST ? '#ffffff' : '#000000';
}
