/* The whole page. */

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Conversation, State } from '../conversation';
import type { Office } from '../protocol';
import { applySettings, keepSettings, readSettings, type Settings } from '../settings';
import { fitWindow } from '../viewport';
import type { WidgetBar } from '../widget-bar';
import { WORDS } from '../words';
import { Composer } from './Composer';
import { DeskBar } from './Desk';
import { Log } from './Log';
import { NoticeBar } from './Notice';
import { PageContext, type Page } from './page';
import { keepPlace } from './place';
import { useTitle } from './title';
import { TopBar } from './TopBar';
import { WelcomeCard } from './Welcome';

interface Props {
	conversation: Conversation;
	askForOffice(): Promise<Office | null>;
	isTrial(): boolean;
	bar: WidgetBar;
	draft: string; // stands in the field at first
}

/* Asked for again when the knowledge changed or, where a busy server did not say, on every new line. */
function useOffice(askForOffice: Props['askForOffice'], { knowledge, line }: State): Office | null {
	const [office, setOffice] = useState<Office | null>(null);
	const [failed, setFailed] = useState(false);
	const occasion = useRef('');
	if (knowledge && office && office.knowledge !== knowledge)
		occasion.current = knowledge;
	else if (knowledge && failed)
		occasion.current = line;
	useEffect(() => {
		void askForOffice().then((found) => {
			setFailed(!found);
			if (found)
				setOffice(found);
		});
	}, [occasion.current]);
	return office;
}

function useTrial(isTrial: Props['isTrial']): boolean {
	const [trial, setTrial] = useState(isTrial());
	useEffect(() => {
		const look = () => setTrial(isTrial());
		window.addEventListener('hashchange', look);
		return () => window.removeEventListener('hashchange', look);
	}, []);
	return trial;
}

/* The title that a widget's portal gave; null on a page of its own. */
function useWidgetTitle(bar: WidgetBar): string | null {
	const [title, setTitle] = useState(bar.title());
	useEffect(() => {
		bar.onChange(() => setTitle(bar.title()));
		setTitle(bar.title());
	}, []);
	useLayoutEffect(() => {
		if (title !== null)
			bar.shown();
	}, [title]);
	return title;
}

export function App({ conversation, askForOffice, isTrial, bar, draft }: Props) {
	const [state, setState] = useState(conversation.state());
	const [settings, setSettings] = useState(readSettings);
	const [announced, announce] = useState('');
	const [browsing, browse] = useState<Page['browsing']>('no');
	const office = useOffice(askForOffice, state);
	const trial = useTrial(isTrial);
	const widgetTitle = useWidgetTitle(bar);
	useEffect(() => {
		conversation.onChange(() => setState(conversation.state()));
		setState(conversation.state());
	}, []);
	const words = WORDS[settings.language];
	useTitle(office ? office.title : words.title, state.turns, words);
	const paused = state.turns.some((turn) => !turn.reply);
	const page = useMemo(() => ({ words, conversation, contacts: (office && office.contacts) || [], paused, browsing, browse, announce }),
		[words, office, paused, browsing]);

	function change(changed: Settings) {
		setSettings(changed);
		keepSettings(changed);
		keepPlace(() => {
			applySettings(changed);
			fitWindow();
		});
	}

	return (
		<PageContext.Provider value={page}>
			<TopBar title={widgetTitle || (office && office.title)} close={widgetTitle === null ? null : bar.close} state={state} trial={trial} settings={settings} change={change} />
			<NoticeBar notice={state.notice !== undefined ? state.notice : (office && office.notice) || null} />
			<DeskBar desk={state.desk} typing={state.typing} />
			<main class="scroll" id="scroll" tabIndex={0}>
				<div class="column">
					<WelcomeCard office={office} />
					<Log state={state} settled={!!office} />
				</div>
			</main>
			<Composer line={state.line} served={!!state.desk && state.desk.stage === 'with'} draft={draft} size={settings.size} />
			<p class="hidden-label" role="status" id="announced">{announced}</p>
		</PageContext.Provider>
	);
}
