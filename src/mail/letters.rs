//! What the server writes to people, in every language of the app: plain text, with `{name}`, `{server}` and `{link}` where those stand.

use super::language::Language;

/// What a mail is about.
#[derive(Clone, Copy, Debug)]
pub enum Letter<'a> {
    /// Somebody asked for a new password; the link sets it.
    Reset {
        /// The link.
        link: &'a str,
    },
    /// The account has another address; this goes to the one that it had.
    Moved,
}

impl Letter<'_> {
    /// Subject and text for somebody called `name`, who has an account at `server`.
    pub fn write(self, language: Language, name: &str, server: &str) -> (&'static str, String) {
        let words = words(language);
        let (subject, text, link) = match self {
            Self::Reset { link } => (words.reset_subject, words.reset, link),
            Self::Moved => (words.moved_subject, words.moved, ""),
        };
        // The name last: people choose it, and nothing in it is replaced.
        (subject, text.replace("{server}", server).replace("{link}", link).replace("{name}", name))
    }
}

struct Words {
    reset_subject: &'static str,
    reset: &'static str,
    moved_subject: &'static str,
    moved: &'static str,
}

fn words(language: Language) -> Words {
    match language {
        Language::English => Words {
            reset_subject: "Set a new password for Rotunda",
            reset: "Hello {name},\n\n\
                somebody, probably you, asked for a new password for your account at {server}. Set it here within an hour:\n\n\
                {link}\n\n\
                The link works once. If it was not you, there is nothing to do: your password stays as it is.\n",
            moved_subject: "Your account has another e-mail address",
            moved: "Hello {name},\n\n\
                your account at {server} has another e-mail address now, and mail goes there. This address is not used for it any more.\n\n\
                If it was not you, somebody else may know your password: write to those who run {server} at once.\n",
        },
        Language::German => Words {
            reset_subject: "Neues Passwort für Rotunda",
            reset: "Hallo {name},\n\n\
                jemand, vermutlich Sie, möchte ein neues Passwort für Ihr Konto bei {server}. Hier können Sie es innerhalb einer Stunde festlegen:\n\n\
                {link}\n\n\
                Der Link funktioniert nur einmal. Wenn Sie das nicht waren, müssen Sie nichts tun: Ihr Passwort bleibt, wie es ist.\n",
            moved_subject: "Ihr Konto hat eine andere E-Mail-Adresse",
            moved: "Hallo {name},\n\n\
                Ihr Konto bei {server} hat jetzt eine andere E-Mail-Adresse, und Nachrichten gehen dorthin. Diese Adresse wird für das Konto nicht mehr verwendet.\n\n\
                Wenn Sie das nicht waren, kennt vielleicht jemand anders Ihr Passwort: Wenden Sie sich sofort an die Betreiber von {server}.\n",
        },
        Language::French => Words {
            reset_subject: "Nouveau mot de passe pour Rotunda",
            reset: "Bonjour {name},\n\n\
                Quelqu’un, sans doute vous, a demandé un nouveau mot de passe pour votre compte sur {server}. Définissez-le ici dans l’heure qui vient :\n\n\
                {link}\n\n\
                Ce lien ne fonctionne qu’une fois. Si ce n’était pas vous, il n’y a rien à faire : votre mot de passe reste inchangé.\n",
            moved_subject: "Votre compte a changé d’adresse e-mail",
            moved: "Bonjour {name},\n\n\
                Votre compte sur {server} a désormais une autre adresse e-mail, à laquelle les messages sont envoyés. L’adresse où vous recevez celui-ci n’est plus utilisée pour ce compte.\n\n\
                Si ce n’était pas vous, quelqu’un d’autre connaît peut-être votre mot de passe : contactez sans attendre les responsables de {server}.\n",
        },
        Language::Spanish => Words {
            reset_subject: "Nueva contraseña para Rotunda",
            reset: "Hola, {name}:\n\n\
                Alguien, probablemente tú, ha pedido una contraseña nueva para tu cuenta en {server}. Elígela aquí en el plazo de una hora:\n\n\
                {link}\n\n\
                El enlace funciona una sola vez. Si no has sido tú, no tienes que hacer nada: tu contraseña sigue igual.\n",
            moved_subject: "Tu cuenta tiene otra dirección de correo",
            moved: "Hola, {name}:\n\n\
                Tu cuenta en {server} tiene ahora otra dirección de correo, y los mensajes llegan allí. Esta dirección ya no se usa para la cuenta.\n\n\
                Si no has sido tú, puede que otra persona conozca tu contraseña: escribe cuanto antes a quienes administran {server}.\n",
        },
        Language::Portuguese => Words {
            reset_subject: "Nova senha para o Rotunda",
            reset: "Olá, {name},\n\n\
                Alguém, provavelmente você, pediu uma nova senha para sua conta em {server}. Crie-a aqui no prazo de uma hora:\n\n\
                {link}\n\n\
                O link funciona uma única vez. Se não foi você, não é preciso fazer nada: sua senha continua a mesma.\n",
            moved_subject: "Sua conta tem outro endereço de e-mail",
            moved: "Olá, {name},\n\n\
                Sua conta em {server} tem agora outro endereço de e-mail, e as mensagens vão para lá. Este endereço não é mais usado para a conta.\n\n\
                Se não foi você, talvez outra pessoa saiba sua senha: escreva imediatamente a quem administra {server}.\n",
        },
        Language::Nepali => Words {
            reset_subject: "Rotunda का लागि नयाँ पासवर्ड",
            reset: "नमस्ते {name},\n\n\
                कसैले, सम्भवतः तपाईंले, {server} मा रहेको तपाईंको खाताका लागि नयाँ पासवर्ड माग्नुभएको छ। एक घण्टाभित्र यहाँ सेट गर्नुहोस्:\n\n\
                {link}\n\n\
                यो लिङ्क एक पटक मात्र काम गर्छ। तपाईंले माग्नुभएको होइन भने केही गर्नुपर्दैन: तपाईंको पासवर्ड जस्ताको तस्तै रहन्छ।\n",
            moved_subject: "तपाईंको खाताको इमेल ठेगाना फेरिएको छ",
            moved: "नमस्ते {name},\n\n\
                {server} मा रहेको तपाईंको खाताको इमेल ठेगाना अब अर्कै छ, र इमेलहरू त्यहीँ पठाइन्छन्। यो ठेगाना अब त्यस खाताका लागि प्रयोग हुँदैन।\n\n\
                तपाईंले फेर्नुभएको होइन भने अरू कसैलाई तपाईंको पासवर्ड थाहा हुन सक्छ: {server} चलाउने व्यक्तिहरूलाई तुरुन्तै खबर गर्नुहोस्।\n",
        },
        Language::Hindi => Words {
            reset_subject: "Rotunda के लिए नया पासवर्ड",
            reset: "नमस्ते {name},\n\n\
                किसी ने, शायद आपने, {server} पर आपके खाते के लिए नया पासवर्ड माँगा है। एक घंटे के भीतर इसे यहाँ सेट करें:\n\n\
                {link}\n\n\
                यह लिंक एक ही बार काम करता है। अगर यह आपने नहीं माँगा, तो कुछ करने की ज़रूरत नहीं है: आपका पासवर्ड जैसा है वैसा ही रहेगा।\n",
            moved_subject: "आपके खाते का ईमेल पता बदल गया है",
            moved: "नमस्ते {name},\n\n\
                {server} पर आपके खाते का ईमेल पता अब दूसरा है, और ईमेल वहीं भेजे जाते हैं। यह पता अब उस खाते के लिए इस्तेमाल नहीं होता।\n\n\
                अगर यह आपने नहीं बदला, तो हो सकता है कि किसी और को आपका पासवर्ड पता हो: {server} चलाने वालों को तुरंत लिखें।\n",
        },
        Language::Arabic => Words {
            reset_subject: "كلمة مرور جديدة في Rotunda",
            reset: "مرحبًا {name}،\n\n\
                طلب أحدهم، وعلى الأرجح أنت، كلمة مرور جديدة لحسابك على {server}. يُرجى تعيينها عبر هذا الرابط خلال ساعة:\n\n\
                {link}\n\n\
                يعمل الرابط مرة واحدة فقط. إن لم يصدر هذا الطلب منك، فلا داعي لفعل شيء: تبقى كلمة مرورك كما هي.\n",
            moved_subject: "تم تغيير عنوان البريد الإلكتروني لحسابك",
            moved: "مرحبًا {name}،\n\n\
                أصبح لحسابك على {server} عنوان بريد إلكتروني آخر، وتُرسل الرسائل إليه. لم يعد هذا العنوان مستخدمًا لحسابك.\n\n\
                إن لم يكن هذا التغيير منك، فربما يعرف شخص آخر كلمة مرورك: يُرجى التواصل فورًا مع القائمين على {server}.\n",
        },
        Language::Japanese => Words {
            reset_subject: "Rotundaのパスワードの再設定",
            reset: "{name} 様\n\n\
                {server} のアカウントについて、パスワードの再設定がリクエストされました（おそらくご本人によるものです）。1時間以内に次のリンクから新しいパスワードを設定してください。\n\n\
                {link}\n\n\
                リンクは一度しか使えません。心当たりがない場合は、何もする必要はありません。パスワードは変更されません。\n",
            moved_subject: "アカウントのメールアドレスが変更されました",
            moved: "{name} 様\n\n\
                {server} のアカウントのメールアドレスが変更され、今後のメールは新しいアドレスに届きます。このアドレスは、今後このアカウントでは使われません。\n\n\
                ご自身による変更でない場合は、ほかの人にパスワードを知られている可能性があります。すぐに {server} の管理者に連絡してください。\n",
        },
        Language::Chinese => Words {
            reset_subject: "为 Rotunda 设置新密码",
            reset: "{name}，您好：\n\n\
                有人（可能是您本人）请求为您在 {server} 的账号设置新密码。请在一小时内通过以下链接设置：\n\n\
                {link}\n\n\
                此链接只能使用一次。如果不是您本人操作，则无需理会，您的密码将保持不变。\n",
            moved_subject: "您账号的邮箱已更改",
            moved: "{name}，您好：\n\n\
                您在 {server} 的账号已改用另一个邮箱，今后的邮件将发送到新邮箱。此邮箱不再用于该账号。\n\n\
                如果不是您本人操作，可能是他人知道了您的密码，请立即联系 {server} 的管理员。\n",
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_language_has_texts_of_its_own_with_everything_in_them() {
        let mut seen = HashSet::new();
        for language in Language::ALL {
            let code = language.code();
            let Words { reset_subject, reset, moved_subject, moved } = words(language);
            for text in [reset_subject, reset, moved_subject, moved] {
                assert!(!text.is_empty() && seen.insert(text), "{code}: {text} stands twice");
            }
            for subject in [reset_subject, moved_subject] {
                assert!(!subject.contains(['\n', '{']) && subject.chars().count() <= 50, "{code}: {subject}");
            }
            assert!(reset_subject.contains("Rotunda"), "{code}");
            for (text, places) in
                [(reset, &["{name}", "{server}", "\n\n{link}\n\n"][..]), (moved, &["{name}", "{server}"])]
            {
                assert!(places.iter().all(|place| text.contains(place)), "{code}: {text}");
                assert!(text.ends_with('\n') && !text.contains("  "), "{code}: {text}");
            }
            assert!(!moved.contains("{link}"), "{code}");
        }
    }

    #[test]
    fn names_are_put_in_as_they_are() {
        let (_, text) =
            Letter::Reset { link: "https://x/reset#t" }.write(Language::English, "{link}{server}", "https://x");
        assert!(text.starts_with("Hello {link}{server},\n"), "{text}");
        assert!(text.contains("\n\nhttps://x/reset#t\n\n") && text.contains("at https://x."), "{text}");
        let (subject, text) = Letter::Moved.write(Language::German, "Zoë", "https://x");
        assert!(subject.contains("E-Mail") && text.starts_with("Hallo Zoë,"), "{text}");
    }
}
