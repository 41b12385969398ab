/*
 * CQ codes: messages as one string, `[CQ:at,qq=1] text`. Segments are { type, data }, with the values of `data` as text.
 */
'use strict';

const NAMED = { '&amp;': '&', '&#91;': '[', '&#93;': ']', '&#44;': ',' };

/* In one pass, so that `&amp;#91;` stays `&#91;`. */
const unescape = (text) => text.replace(/&amp;|&#91;|&#93;|&#44;/g, (code) => NAMED[code]);
const escapeText = (text) => String(text).replace(/&/g, '&amp;').replace(/\[/g, '&#91;').replace(/\]/g, '&#93;');
const escapeValue = (text) => escapeText(text).replace(/,/g, '&#44;');

function codeOf({ type, data }) {
	if (type === 'text')
		return escapeText(data?.text ?? '');
	const values = Object.entries(data ?? {}).map(([key, value]) => `,${key}=${escapeValue(value)}`);
	return `[CQ:${type}${values.join('')}]`;
}

const stringOf = (segments) => segments.map(codeOf).join('');

function segmentsOf(text) {
	const segments = [];
	const pattern = /\[CQ:([A-Za-z0-9_.-]+)((?:,[^,\]]*)*)\]/g;
	let from = 0;
	const addText = (piece) => piece && segments.push({ type: 'text', data: { text: unescape(piece) } });
	for (const match of text.matchAll(pattern)) {
		addText(text.slice(from, match.index));
		const data = {};
		for (const pair of match[2].split(',').slice(1)) {
			const cut = pair.indexOf('=');
			data[cut < 0 ? pair : pair.slice(0, cut)] = cut < 0 ? '' : unescape(pair.slice(cut + 1));
		}
		segments.push({ type: match[1], data });
		from = match.index + match[0].length;
	}
	addText(text.slice(from));
	return segments;
}

/* What a bot gave as a message: a string (CQ codes, unless `plain`), an array of segments or one segment. */
function read(message, plain = false) {
	if (typeof message === 'string')
		return plain ? [{ type: 'text', data: { text: message } }] : segmentsOf(message);
	const list = Array.isArray(message) ? message : [message];
	for (const one of list)
		if (!one || typeof one !== 'object' || typeof one.type !== 'string')
			throw new Error(`no message segment: ${JSON.stringify(one)}`);
	return list;
}

const textOf = (segments) => segments.filter((one) => one.type === 'text').map((one) => one.data?.text ?? '').join('');

module.exports = { escapeText, escapeValue, unescape, stringOf, segmentsOf, read, textOf };
