/* Starts the console. */

import { render } from 'preact';
import { applySettings, readSettings } from '../settings';
import { api } from './api';
import { App } from './App';
import { WORDS } from './words';

/* What stands behind # is never sent; it is taken out of the address before anything else. */
function takeLink(): string {
	const link = /^#link=([0-9a-f]{64})$/.exec(location.hash);
	if (link)
		history.replaceState(null, '', location.pathname);
	return link?.[1] ?? '';
}

const place = document.getElementById('app');
if (place) {
	applySettings({ ...readSettings(), language: 'zh-CN' });
	place.textContent = '';
	document.title = WORDS.title;
	render(<App api={api} link={takeLink()} />, place);
}
