// The switches of the alarms, under the board.

import { useState } from 'preact/hooks';

import { isOn, turn, type Way } from './alarm';
import { t } from './texts';

export function Alarms() {
    return (
        <fieldset class="alarms no-print">
            <legend>{t.alarm.title}</legend>
            <Switch way="sound" words={t.alarm.sound} />
            <Switch way="notification" words={t.alarm.notification} />
        </fieldset>
    );
}

function Switch({ way, words }: { way: Way; words: string }) {
    const [on, setOn] = useState(isOn(way));
    const [refused, setRefused] = useState(false);
    const change = async (wanted: boolean) => {
        const now = await turn(way, wanted);
        setOn(now);
        setRefused(wanted && !now);
    };
    return (
        <label class="check">
            <input type="checkbox" checked={on} onChange={(event) => void change(event.currentTarget.checked)} />
            {words}
            {refused && <span class="trouble" role="alert">{t.alarm.refused}</span>}
        </label>
    );
}
