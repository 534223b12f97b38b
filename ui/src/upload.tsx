// How far a study is on its way to the sponsor: a bar while it moves, a sentence when it does not.

import type { Study } from './api';
import { bytes, percent, timeLeft, when } from './format';
import { nameOf } from './outcomes';
import { t } from './texts';

export function UploadLine({ study, now }: { study: Study; now: number }) {
    const { upload, state } = study;
    if (state === 'confirmed') return <p class="sent sent-done">{t.upload.confirmed(when(study.changed_at, now))}</p>;
    if (state === 'purged') return <p class="sent sent-done">{t.upload.purged}</p>;
    if (state === 'delivered') return <p class="sent">{t.upload.delivered}</p>;
    if (study.waits) return <p class="sent sent-waits">{t.upload.waits(study.waits)}</p>;
    if (!upload) return study.card === 'may_leave' ? <p class="sent">{t.upload.preparing}</p> : null;
    return <Bar study={study} bytesTotal={upload.bytes} bytesSent={upload.sent} rate={upload.rate_bytes_s} reason={upload.reason} />;
}

function Bar(props: { study: Study; bytesTotal: number; bytesSent: number; rate: number; reason: string }) {
    const done = percent(props.bytesSent, props.bytesTotal);
    const left = timeLeft(props.bytesTotal - props.bytesSent, props.rate);
    const words = props.reason ? t.upload.waits(props.reason)
        : left ? t.upload.left(left)
        : done < 100 ? t.upload.waiting : '';
    return (
        <div class="sent">
            <p>
                <span>{t.upload.progress(done)}</span>
                {words && <span class={props.reason ? 'sent-waits' : 'quiet'}>{words}</span>}
                {!props.reason && <span class="quiet sent-of">{t.upload.of(bytes(props.bytesSent), bytes(props.bytesTotal))}</span>}
            </p>
            <progress max={100} value={done} aria-label={t.upload.label(nameOf(props.study))} />
        </div>
    );
}
