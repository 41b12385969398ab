const RUNS = /[0-9０-９A-Za-z](?:[ \-()（）]?[0-9０-９A-Za-z]){8,}/g;

/*
 * What the server masked is masked on the screen too: runs of nine or more letters and digits, as
 * every certificate, firm or telephone number is; the whole message where none is found.
 */
export function withoutNumbers(text: string): string {
	const masked = text.replace(RUNS, (run) => (/[0-9０-９]{4}/.test(run) ? '［已隐去］' : run));
	return masked === text ? '［含个人信息，已隐去］' : masked;
}
