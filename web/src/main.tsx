/* Starts the page. */

import { render } from 'preact';
import { connect, socketUrl } from './connection';
import { converse, wordsFor } from './conversation';
import { listenToHost, takeOpeningQuestion } from './host';
import { request } from './http';
import { officeOf } from './office';
import { charactersLeft } from './protocol';
import { renew } from './renewal';
import { applySettings, readSettings } from './settings';
import { tabStorage } from './storage';
import { keepApart } from './tabs';
import { App } from './ui/App';
import { keepPlace } from './ui/place';
import { hasKeyboardOfItsOwn, watchWindow } from './viewport';
import { widgetBar } from './widget-bar';

const world = {
	openSocket: () => new WebSocket(socketUrl(location), 'dayi.chat.v1'),
	request,
	random: Math.random,
};

function isTrial(): boolean {
	return location.hash === '#trial';
}

function enter(): void {
	const target = document.getElementById(hasKeyboardOfItsOwn() ? 'message' : 'title');
	if (target)
		target.focus();
}

function start(place: HTMLElement): void {
	applySettings(readSettings());
	const question = takeOpeningQuestion();
	const conversation = converse((listener, session, token) => connect(world, listener, session, token),
		tabStorage(), isTrial);
	keepApart(conversation);
	const office = officeOf(request);
	const bar = widgetBar(() => host.say('dayi-shown'), () => host.say('dayi-close'));
	const renewal = renew(() => host.say('dayi-token-wanted'));
	const sendable = charactersLeft(question) >= 0;
	place.textContent = '';
	render(<App conversation={conversation} askForOffice={office.ask} isTrial={isTrial} bar={bar} draft={sendable ? '' : question} />, place);
	/* The page around a frame may sign in first. */
	if (question && sendable && window.parent === window)
		conversation.askAtOnce(question);
	else if (question && sendable)
		conversation.ask(question);
	const host = listenToHost(office.known, {
		signIn(token) {
			renewal.given(token);
			conversation.signIn(token);
		},
		signOut() {
			renewal.given('');
			conversation.signOut();
		},
		ask: conversation.ask,
		enter,
		widget: bar.open,
	});
	let words = wordsFor(conversation.state().turns);
	conversation.onChange(() => {
		const state = conversation.state();
		const now = wordsFor(state.turns);
		if (now > words)
			host.say('dayi-reply');
		words = now;
		renewal.changed(state);
	});
	window.addEventListener('online', conversation.hurry);
	window.addEventListener('offline', conversation.giveUp);
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
	watchWindow(keepPlace);
}

/* Some browsers between the two worlds run both bundles. */
const place = document.getElementById('app');
if (place && !place.hasAttribute('data-started')) {
	place.setAttribute('data-started', '');
	start(place);
}
