const RUNS = /[0-9０-９A-Za-z](?:[ \-()（）]?[0-9０-９A-Za-z]){8,}/g;

/* Of a message that a server masked which does not tell what became of it. */
export const HIDDEN = '［含个人信息，已隐去］';

/* Hides runs of nine or more letters and digits, as every certificate, firm or telephone number is. */
export function withoutNumbers(text: string): string {
	return text.replace(RUNS, (run) => (/[0-9０-９]{4}/.test(run) ? '［已隐去］' : run));
}
