// French: the frame, Today, what was not taken, System, sign-in.

import type { Translation } from '../../texts';
import { count } from './count';

export const page: Translation = {
    locale: 'fr-FR',
    product: 'Gantry',
    site: (site) => `Centre ${site}`,
    skip: 'Aller au contenu',
    title: (name, site) => (site ? `${name} · Gantry ${site}` : `${name} · Gantry`),
    loading: 'Interrogation du boîtier…',
    language: 'Langue',
    announce: (outcome, name, headline) => `${outcome}. ${name}. ${headline}`,

    nav: { label: 'Pages', today: 'Aujourd’hui', visits: 'Visites', uploads: 'Envois', scanners: 'Appareils', central: 'Équipe centrale', refused: 'Non pris', system: 'Système', help: 'Raccourcis clavier' },

    outcome: {
        arriving: 'En cours d’arrivée',
        may_leave: 'Le patient peut partir',
        scan_again: 'Refaire l’examen',
        needs_you: 'À vous',
        not_judged: 'Non évalué',
        phantom: 'Fantôme',
    },

    time: {
        now: 'à l’instant',
        seconds: (n) => `il y a ${n} s`,
        minutes: (n) => `il y a ${n} min`,
        hours: (n) => `il y a ${n} h`,
        few: 'quelques secondes',
        spanSeconds: (n) => `${n} s`,
        spanMinutes: (n) => `${n} min`,
        spanHours: (n) => `${n} h`,
        arrived: (ago) => `arrivé ${ago}`,
        last: (ago) => `dernière image ${ago}`,
    },

    board: {
        title: 'Aujourd’hui',
        needs: 'À vous maintenant',
        needsNothing: 'Rien ne vous attend pour l’instant.',
        arriving: 'En cours d’arrivée',
        done: 'Terminé aujourd’hui',
        earlier: (n) => `Terminé avant (${n})`,
        open: 'Ouvrir',
        openStudy: (name) => `Ouvrir ${name}`,
        assign: 'Dire à qui est l’examen…',
        deviation: 'Envoyer avec un écart…',
        deviated: (headline) => (headline ? `Envoyé avec cet écart : ${headline}` : 'Envoyé avec son écart.'),
        emptyTitle: 'Pas encore d’examen aujourd’hui.',
        emptyHow: (nodes, address) => `Envoyez depuis l’appareil au nœud ${nodes}, à l’adresse ${address}.`,
        emptyThen: 'L’examen apparaît ici de lui-même, son résultat quelques secondes après la dernière image.',
        refusedTitle: (n) => (n === 1 ? 'Une chose envoyée par un appareil n’a pas été prise.' : `${n} choses envoyées par des appareils n’ont pas été prises telles quelles.`),
        refusedAdvice: 'Regardez ce qui manque avant que le patient parte.',
        refusedOpen: 'Les regarder',
    },

    result: {
        pass: 'réussi',
        fail: 'pas comme demandé',
        cannot_tell: 'impossible à dire',
        not_applicable: 'sans objet',
        waived: 'dispensé',
    },

    repair: {
        resend: 'Renvoyer ; pas de nouvel examen',
        reconstruct: 'Reconstruire ; pas de nouvelle exposition',
        reacquire: 'Refaire l’acquisition ; il faut le patient',
        enter: 'Saisir ce qui manque',
    },

    upload: {
        preparing: 'En préparation pour le promoteur',
        label: (name) => `Envoi de ${name}`,
        progress: (percent) => `envoyé à ${percent} %`,
        left: (span) => `encore ${span}`,
        of: (sent, total) => `${sent} sur ${total}`,
        delivered: 'Chez le promoteur ; attend son accusé de réception',
        confirmed: (at) => `Confirmé par le promoteur ${at}`,
        confirmedPlain: 'Confirmé par le promoteur',
        purged: 'Confirmé par le promoteur ; effacé d’ici',
        waiting: 'Attend son tour',
        waits: (reason) => `Attend : ${reason}`,
    },

    form: {
        cancel: 'Pas maintenant',
        needReason: 'Veuillez saisir une raison.',
        needSubject: 'Veuillez choisir un participant.',
        needVisit: 'Veuillez choisir une visite.',
        working: 'Un instant…',
        failed: 'Cela n’a pas été accepté.',
        lost: 'Le boîtier n’a pas répondu. Pour autant que cette page le sache, rien n’a été changé ; vérifiez avant de recommencer.',
        details: 'Détails techniques',
    },

    refusals: {
        title: 'Non pris tel qu’envoyé',
        lead: 'Tout ce qu’un appareil a envoyé et qui n’est pas simplement arrivé : refusé, interrompu, envoyé deux fois, en conflit, ou pas sûr à envoyer.',
        none: 'Tout ce que les appareils ont envoyé a été pris.',
        noneWhy: 'Si quelque chose est refusé, interrompu ou envoyé deux fois, c’est indiqué ici avec ce qu’il faut faire.',
        open: (n) => `À regarder (${n})`,
        noneOpen: 'Rien ici n’attend un regard.',
        seen: (n) => `Vu, ou rien à faire (${n})`,
        kind: {
            refused: 'Non pris',
            duplicate: 'Déjà là',
            conflict: 'Conflit',
            rejected_association: 'Expéditeur non admis',
            aborted: 'Interrompu',
            withheld: 'Reste ici',
        },
        times: (n) => `${n} fois`,
        acknowledge: 'Marquer comme vu',
        acknowledgeOf: (what) => `Marquer comme vu : ${what}`,
        seenBy: (who) => `vu par ${who}`,
        toStudy: 'Ouvrir son examen',
        from: (sender, address) => (address ? `de ${sender} (${address})` : `de ${sender}`),
    },

    system: {
        title: 'Système',
        lead: 'Comment va le boîtier.',
        allWell: 'tout va bien',
        problems: (n) => count(n, 'point demande attention', 'points demandent attention'),
        uploads: (n) => count(n, 'envoi', 'envois'),
        doneIn: (span) => `fini dans ~${span}`,
        wait: (n) => `${n} en attente`,
        noUploads: 'Rien n’attend d’être envoyé.',
        sending: (n, left) => `${count(n, 'envoi en cours', 'envois en cours')} ; encore ${left}.`,
        waiting: (n, left) => `${count(n, 'envoi attend', 'envois attendent')} ; encore ${left}.`,
        disk: (free, reserve) => `${free} de disque sont libres. Quand il n’en reste que ${reserve}, les examens sont refusés, pas perdus.`,
        diskLow: (free) => `Seulement ${free} de disque sont libres : les examens sont refusés jusqu’à ce qu’il y ait de la place.`,
        node: (nodes, address) => `Les appareils envoient au nœud ${nodes}, à l’adresse ${address}.`,
        manual: (title, version) => `Manuel d’imagerie en vigueur : ${title}, version ${version}.`,
        subjects: (n) => `${count(n, 'participant inclus', 'participants inclus')} ici.`,
        version: (version) => `Gantry ${version}.`,
        reached: (clock) => `Cette page suit le boîtier en direct ; dernières nouvelles à ${clock}.`,
        polled: (clock) => `Cette page interroge le boîtier toutes les quelques secondes ; dernières nouvelles à ${clock}.`,
        next: 'À faire',
        checking: 'interrogation…',
        lost: 'sans contact',
    },

    lost: {
        title: (clock) => `Cette page a perdu le contact avec le boîtier à ${clock}.`,
        titleNever: 'Cette page n’atteint pas le boîtier.',
        meaning: 'Ce que vous voyez peut être dépassé. Les appareils envoient peut-être encore ; rien de ce qui a été pris n’est perdu.',
        advice: 'Vérifiez que le boîtier est allumé et que cet ordinateur est sur le réseau de l’hôpital. Si cela dure, appelez l’informatique du centre.',
        next: (seconds) => (seconds > 0 ? `Nouvel essai dans ${seconds} s.` : 'Nouvel essai…'),
        retry: 'Essayer maintenant',
    },

    help: {
        title: 'Raccourcis clavier',
        rows: [
            ['t', 'Aujourd’hui'], ['v', 'Visites'], ['u', 'Envois'], ['c', 'Appareils'], ['q', 'Équipe centrale'], ['n', 'Non pris'], ['s', 'Système'],
            ['j', 'Examen suivant'], ['k', 'Examen précédent'], ['Enter', 'Ouvrir l’examen'],
            ['Esc', 'Fermer le formulaire, ou retour à Aujourd’hui'], ['?', 'Cette liste'],
        ],
        off: 'Touches seules comme raccourcis',
        close: 'Fermer',
    },

    mishap: {
        title: 'Cette page n’a pas pu être affichée.',
        meaning: 'Le défaut est dans la page, pas dans vos examens. Rechargez-la ; s’il revient, appelez l’informatique du centre.',
        reload: 'Recharger',
    },

    updated: { title: 'Gantry a été mis à jour.', reload: 'Charger la nouvelle page' },
    notFound: { title: 'Cette page n’existe pas.', back: 'Aller à Aujourd’hui' },
};
