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

/* "2026-11-30" */
export function dayOf(moment: string): string {
	return timeOf(moment).slice(0, 10);
}

/* "12:05" */
export function clockOf(moment: string): string {
	return inChina(moment).slice(11, 16);
}

/* What a field for date and time holds, in China's time, as a moment; null where it is empty. */
export function momentOf(value: string): string | null {
	const at = /^\d{4,}-\d\d-\d\dT\d\d:\d\d$/.test(value) ? Date.parse(`${value}:00Z`) : NaN;
	return Number.isNaN(at) ? null : new Date(at - CHINA_MS).toISOString();
}
