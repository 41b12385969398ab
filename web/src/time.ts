/* Moments as the office reads them: in China, whatever the computer's zone. */

const CHINA_MS = 8 * 3600000;

function inChina(moment: string): string {
	const at = Date.parse(moment);
	return Number.isNaN(at) ? '' : new Date(at + CHINA_MS).toISOString();
}

/* "2026-11-30 12:05:09" */
export function timeOf(moment: string): string {
	return inChina(moment).slice(0, 19).replace('T', ' ');
}

/* "2026-11-30 12:05" */
export function minuteOf(moment: string): string {
	return timeOf(moment).slice(0, -3);
}

/* "12:05" */
export function clockOf(moment: string): string {
	return inChina(moment).slice(11, 16);
}
