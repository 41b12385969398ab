/* The asynchronous clipboard exists on secure pages only; a portal may still be plain HTTP. */

function copyByCommand(text: string): boolean {
	const before = document.activeElement as HTMLElement | null;
	const field = document.createElement('textarea');
	field.value = text;
	field.className = 'hidden-label';
	document.body.appendChild(field);
	field.select();
	let done = false;
	try {
		done = document.execCommand('copy');
	} catch {
		/* Forbidden by the browser: the person is told. */
	}
	document.body.removeChild(field);
	if (before)
		before.focus();
	return done;
}

export function copyText(text: string): Promise<boolean> {
	if (navigator.clipboard && window.isSecureContext)
		return navigator.clipboard.writeText(text).then(() => true, () => copyByCommand(text));
	return Promise.resolve(copyByCommand(text));
}

/* A picture or another file, without any text beside it. While it is dragged, only its type is known. */
export function holdsFileOnly(data: DataTransfer | null): boolean {
	const types: string[] = data ? [].slice.call(data.types || []) : [];
	return types.indexOf('Files') >= 0 && types.indexOf('text/plain') < 0 && types.indexOf('Text') < 0;
}
