/* Starts the page. */

import { render } from 'preact';
import { connect, socketUrl } from './connection';
import { converse } from './conversation';
import { listenForToken, takeOpeningQuestion } from './host';
import { request } from './http';
import { askForOffice } from './office';
import { applySettings, readSettings } from './settings';
import { tabStorage } from './storage';
import { App } from './ui/App';
import { fitKeyboard } from './viewport';

const world = {
	openSocket: () => new WebSocket(socketUrl(location), 'dayi.chat.v1'),
	request,
	random: Math.random,
};

function isTrial(): boolean {
	return location.hash === '#trial';
}

function start(place: HTMLElement): void {
	applySettings(readSettings());
	const question = takeOpeningQuestion();
	const conversation = converse((listener, session, token) => connect(world, listener, session, token),
		tabStorage(), isTrial);
	const office = askForOffice(request);
	let first = true;
	const ask = () => {
		const asked = first ? office : askForOffice(request);
		first = false;
		return asked;
	};
	place.textContent = '';
	render(<App conversation={conversation} askForOffice={ask} isTrial={isTrial} />, place);
	/* The page around a frame may sign in first. */
	if (question && window.parent === window)
		conversation.askAtOnce(question);
	else if (question)
		conversation.ask(question);
	listenForToken(office, conversation);
	window.addEventListener('online', conversation.hurry);
	window.addEventListener('pagehide', conversation.leave);
	window.addEventListener('pageshow', conversation.stay);
	document.addEventListener('visibilitychange', () => {
		if (document.visibilityState === 'hidden') {
			conversation.leave();
		} else {
			conversation.stay();
			conversation.hurry();
		}
	});
	fitKeyboard();
}

/* Some browsers between the two worlds run both bundles. */
const place = document.getElementById('app');
if (place && !place.hasAttribute('data-started')) {
	place.setAttribute('data-started', '');
	start(place);
}
