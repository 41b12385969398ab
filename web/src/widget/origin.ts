/* `scheme://host:port` of an absolute address, as event.origin gives it; empty for any other text. */
export function originOf(address: string): string {
	const found = /^(https?):\/\/([^/?#@]+)(?:[/?#]|$)/i.exec(address);
	if (!found)
		return '';
	const scheme = (found[1] as string).toLowerCase();
	const usual = scheme === 'https' ? /:443$/ : /:80$/;
	return `${scheme}://${(found[2] as string).toLowerCase().replace(usual, '')}`;
}
