//! Those who run the server: how somebody becomes one of them, what they see and change, and how fast they are out again.

use std::time::{Duration, Instant};

use reqwest::Method;
use rotunda::api::ROUTES;
use rotunda::config::{HostPort, SmtpSecurity};
use rotunda::store::{Millis, UserId};
use serde_json::{Value, json};

use crate::binary::{Binary, command, operate};
use crate::event_stream::Stream;
use crate::live_sockets::{enter, one_call, room_token};
use crate::support::{PASSWORD, Person, TestServer};

const NEW: &str = "another fine passphrase";

/// Makes somebody an administrator past the API.
pub async fn promote(server: &TestServer, person: &Person) {
    server.server.store().set_administrator(UserId(person.id), true).await.unwrap().unwrap();
}

pub async fn with_administrator() -> (TestServer, Person) {
    let server = TestServer::start().await;
    let root = server.person("root").await;
    promote(&server, &root).await;
    (server, root)
}

pub async fn acts(server: &TestServer, root: &Person) -> Vec<Value> {
    let (status, log) = server.get("/api/admin/audit/", Some(&root.access)).await;
    assert_eq!(status, 200, "{log}");
    log["entries"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_first_administrator_comes_by_the_link_that_the_start_prints_and_nobody_after() {
    let server = TestServer::start().await;
    let link = server.server.administrator_link().unwrap().to_owned();
    let token = link.split_once("/administrator#").unwrap().1;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let claim = |person: &Person, token: &str| {
        let (access, body) = (person.access.clone(), json!({ "token": token }));
        let server = &server;
        async move { server.post("/api/admin/claim/", Some(&access), body).await }
    };
    assert_eq!(server.get("/api/admin/users/", Some(&ada.access)).await.0, 403);
    assert_eq!(claim(&bob, &"A".repeat(43)).await.1["code"], "link_not_valid");
    assert_eq!(claim(&ada, token).await.0, 204);
    assert_eq!(claim(&bob, token).await.0, 403, "once");
    assert_eq!(server.get("/api/user/", Some(&ada.access)).await.1["isAdmin"], true);
    assert_eq!(server.get("/api/admin/users/", Some(&ada.access)).await.0, 200, "at once, with the token from before");
    assert_eq!(server.get("/api/admin/users/", Some(&bob.access)).await.0, 403);
    let entry = &acts(&server, &ada).await[0];
    assert_eq!(
        (&entry["act"], &entry["user"], &entry["name"]),
        (&json!("grant"), &json!(ada.id), &json!("ada Tester"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_prints_the_link_only_while_there_is_no_administrator() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("data");
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut server = Binary::start(command(&folder));
    let line = std::iter::repeat_with(|| server.next_line()).take(3).find(|line| line.contains("/administrator#"));
    assert!(line.unwrap().contains("within a day"));
    let body = json!({ "email": "ada@example.org", "firstName": "Ada", "lastName": "L", "password": PASSWORD });
    let made: Value =
        client.post(format!("{}/api/user/create/", server.url)).json(&body).send().await.unwrap().json().await.unwrap();
    let (worked, words) = operate(&folder, &["admin", "grant", "nobody@example.org"]);
    assert!(!worked && words.contains("nobody@example.org"), "{words}");
    let (worked, words) = operate(&folder, &["admin", "grant", "ADA@example.org"]);
    assert!(worked && words.contains("ada@example.org is an administrator"), "{words}");
    let log = client.get(format!("{}/api/admin/audit/", server.url));
    let log: Value =
        log.bearer_auth(made["tokens"]["access"].as_str().unwrap()).send().await.unwrap().json().await.unwrap();
    let entry = &log["entries"][0];
    assert_eq!((&entry["act"], &entry["user"], &entry["whomName"]), (&json!("grant"), &Value::Null, &json!("Ada L")));
    server.signal("TERM");
    server.wait(Duration::from_secs(10)).unwrap();
    let log = std::fs::File::create(data.path().join("out")).unwrap();
    let mut again = command(&folder);
    again.stdout(log).stderr(std::process::Stdio::null());
    let mut again = again.spawn().unwrap();
    std::thread::sleep(Duration::from_millis(1500));
    let _ = again.kill();
    let _ = again.wait();
    let out = std::fs::read_to_string(data.path().join("out")).unwrap();
    assert!(out.contains(" is at ") && !out.contains("/administrator#"), "{out}");
}

#[tokio::test]
async fn accounts_are_found_by_the_beginnings_of_words_and_read_page_by_page() {
    let (server, root) = with_administrator().await;
    for name in ["Zoë", "adam", "Ada", "bob"] {
        let body = json!({ "email": format!("{}@Mail.example.org", name.to_lowercase()), "firstName": name, "lastName": "King-Thapa" });
        assert_eq!(server.post("/api/admin/users/", Some(&root.access), body).await.0, 201);
    }
    let find = async |query: &str| {
        let (status, page) = server.get(&format!("/api/admin/users/?{query}"), Some(&root.access)).await;
        assert_eq!(status, 200, "{query}: {page}");
        let names = page["users"].as_array().unwrap().iter().map(|user| user["firstName"].as_str().unwrap().to_owned());
        (names.collect::<Vec<_>>().join(" "), page["next"].as_str().map(str::to_owned))
    };
    for (search, found) in [
        ("ADA", "Ada adam"),
        ("zoë", "Zoë"),
        ("ada%20king", "Ada adam"),
        ("thapa%20bo", "bob"),
        ("mail.example", "bob Ada adam Zoë"),
        ("adam@mail", "adam"),
        ("%40mail", "bob Ada adam Zoë"),
        ("dam", ""),
        ("nobody", ""),
        ("%25", "bob Ada adam Zoë root"),
    ] {
        assert_eq!(find(&format!("search={search}")).await.0, found, "{search}");
    }
    for (sort, all) in
        [("newest", "bob Ada adam Zoë root"), ("email", "Ada adam bob root Zoë"), ("name", "Ada adam bob Zoë root")]
    {
        let (mut told, mut after) = (Vec::new(), String::new());
        loop {
            let (page, next) = find(&format!("sort={sort}&limit=2&after={after}")).await;
            told.push(page);
            let Some(next) = next else { break };
            after = next;
        }
        assert_eq!((told.len(), told.join(" ").as_str()), (3, all), "{sort}");
    }
    let disabled = json!({ "disabled": true });
    assert_eq!(
        server.send(Method::PATCH, "/api/admin/users/5/", Some(&root.access), disabled).await.1["firstName"],
        "bob"
    );
    for (filter, found) in [
        ("only=administrators", "root"),
        ("only=disabled", "bob"),
        ("only=disabled&search=king%20bo&sort=name", "bob"),
        ("only=disabled&search=ada", ""),
        ("only=", "bob Ada adam Zoë root"),
        ("search=%01administrator", ""),
    ] {
        assert_eq!(find(filter).await.0, found, "{filter}");
    }
    let enabled = json!({ "disabled": false });
    assert_eq!(server.send(Method::PATCH, "/api/admin/users/5/", Some(&root.access), enabled).await.0, 200);
    assert_eq!(find("only=disabled").await.0, "");
    let (_, page) = server.get("/api/admin/users/?search=root", Some(&root.access)).await;
    let own = &page["users"][0];
    assert_eq!((&own["isAdmin"], &own["disabled"], &own["rooms"]), (&json!(true), &json!(false), &json!(0)));
    assert!(own["seenOn"].is_string() && !page.to_string().contains("argon2"), "{page}");
    for bad in [
        "limit=0",
        "limit=x",
        "sort=age",
        "only=guests",
        "only=%00",
        "after=!",
        "after=WyIAIiwxXQ",
        "search=%00",
        "sort=name&after=bnVsbA",
    ] {
        let (status, _) = server.get(&format!("/api/admin/users/?{bad}"), Some(&root.access)).await;
        assert_eq!(status, 400, "{bad}");
    }
    let body = json!({ "email": "ada@mail.example.org", "firstName": "A", "lastName": "B" });
    assert!(server.post("/api/admin/users/", Some(&root.access), body).await.1["email"].is_array(), "taken");
}

#[tokio::test]
async fn what_somebody_is_called_and_titled_later_is_what_they_are_found_by() {
    let (server, root) = with_administrator().await;
    let ada = server.person("ada").await;
    server.room(&ada, "Weekly sync", "IO").await;
    let count = async |list: &str, search: &str| {
        let (_, page) = server.get(&format!("/api/admin/{list}/?search={search}"), Some(&root.access)).await;
        page[list].as_array().unwrap().len()
    };
    assert_eq!((count("users", "ada").await, count("rooms", "weekly").await, count("rooms", "SYN").await), (1, 1, 1));
    let edit = json!({ "firstName": "Augusta", "email": "x@example.net", "password": PASSWORD });
    assert_eq!(server.send(Method::PATCH, "/api/user/", Some(&ada.access), edit).await.0, 200);
    let edit = json!({ "title": "Monthly review" });
    assert_eq!(server.send(Method::PATCH, "/api/rooms/1/", Some(&ada.access), edit).await.0, 200);
    assert_eq!((count("users", "ada").await, count("users", "aug%20tester").await), (0, 1));
    assert_eq!((count("rooms", "weekly").await, count("rooms", "review").await), (0, 1));
    server.server.store().delete_user(UserId(ada.id)).await.unwrap();
    assert_eq!((count("users", "aug").await, count("rooms", "review").await), (0, 0));
}

#[tokio::test]
async fn an_account_that_is_added_gets_its_password_by_a_link_alone() {
    let (server, root) = with_administrator().await;
    let body = json!({ "email": "ada@example.org", "firstName": "Ada", "lastName": "L", "isAdmin": true });
    let (status, made) = server.post("/api/admin/users/", Some(&root.access), body).await;
    assert_eq!((status.as_u16(), &made["isAdmin"]), (201, &json!(true)), "{made}");
    let login =
        |password: &str| server.post("/api/token/", None, json!({ "email": "ada@example.org", "password": password }));
    for guess in ["!", "", "x"] {
        assert_ne!(login(guess).await.0, 200, "{guess}");
    }
    let set = async |made: &Value, password: &str| {
        let token = made["link"].as_str().unwrap().split_once('#').unwrap().1.to_owned();
        server.post("/api/user/reset/", None, json!({ "token": token, "password": password })).await.0
    };
    assert_eq!(set(&made, NEW).await, 204);
    assert_eq!(login(NEW).await.0, 200);
    let path = format!("/api/admin/users/{}/reset-link/", made["id"]);
    let (status, again) = server.post(&path, Some(&root.access), json!({})).await;
    assert_eq!(status, 201, "{again}");
    assert_eq!(set(&again, PASSWORD).await, 204);
    assert_eq!(login(PASSWORD).await.0, 200);
    let told: Vec<_> =
        acts(&server, &root).await.iter().map(|entry| entry["act"].as_str().unwrap().to_owned()).collect();
    assert_eq!(told, ["reset_link", "grant", "add_user"]);
    assert!(!format!("{:?}", acts(&server, &root).await).contains("reset#"), "no link in the log");
}

#[tokio::test]
async fn who_is_demoted_or_disabled_is_out_at_once_and_the_last_administrator_stays() {
    let (server, root) = with_administrator().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let change = async |person: &Person, body: Value| {
        let path = format!("/api/admin/users/{}/", person.id);
        server.send(Method::PATCH, &path, Some(&root.access), body).await
    };
    for body in [json!({ "isAdmin": false }), json!({ "disabled": true })] {
        let (status, error) = change(&root, body).await;
        assert_eq!((status.as_u16(), &error["code"]), (403, &json!("last_administrator")));
    }
    let path = format!("/api/admin/users/{}/", root.id);
    assert_eq!(server.send(Method::DELETE, &path, Some(&root.access), json!({})).await.1["code"], "last_administrator");
    let delete = server.post("/api/user/delete/", Some(&root.access), json!({ "password": PASSWORD })).await;
    assert_eq!(delete.1["code"], "last_administrator");

    assert_eq!(change(&ada, json!({ "isAdmin": true })).await.1["isAdmin"], true);
    assert_eq!(server.get("/api/admin/audit/", Some(&ada.access)).await.0, 200);
    assert_eq!(change(&ada, json!({ "isAdmin": false })).await.0, 200);
    let (status, error) = server.get("/api/admin/audit/", Some(&ada.access)).await;
    assert_eq!((status.as_u16(), &error["code"]), (403, &json!("not_an_administrator")));

    let refused = async |person: &Person, status: u16| {
        let routes = ROUTES.iter().filter(|(path, _)| path.starts_with("/api/admin/"));
        for (path, methods) in routes.filter(|(path, _)| *path != "/api/admin/claim/") {
            for method in *methods {
                let (told, _) = server.send(method.parse().unwrap(), path, Some(&person.access), json!({})).await;
                assert_eq!(told, status, "{method} {path}");
            }
        }
    };
    refused(&ada, 403).await;

    assert_eq!(change(&bob, json!({ "isAdmin": true })).await.0, 200);
    assert_eq!(change(&bob, json!({ "disabled": true })).await.1["disabled"], true);
    refused(&bob, 401).await;
    assert_eq!(server.get("/api/admin/audit/", Some(&bob.access)).await.0, 401);
    assert_eq!(server.get("/api/rooms/", Some(&bob.access)).await.0, 401, "and nothing else either");
    assert_eq!(server.post("/api/token/refresh/", None, json!({ "refresh": bob.refresh })).await.0, 401);
    let login = |password: &str| server.post("/api/token/", None, json!({ "email": bob.email, "password": password }));
    assert_eq!(login(PASSWORD).await.1["code"], "account_disabled");
    assert_eq!(login("wrong").await.0, 401, "told to those alone who know the password");
    let link = format!("/api/admin/users/{}/reset-link/", bob.id);
    assert_eq!(server.post(&link, Some(&root.access), json!({})).await.1["code"], "account_disabled");
    let session = crate::support::payload(&bob.access)["sid"].as_str().unwrap().to_owned();
    let told = server.calls.told();
    assert!(told.contains(&format!("session {session}")) && told.contains(&format!("account {}", bob.id)), "{told:?}");
    assert_eq!(
        change(&root, json!({ "isAdmin": false })).await.1["code"],
        "last_administrator",
        "a disabled one is none"
    );
    assert_eq!(change(&bob, json!({ "disabled": false })).await.0, 200);
    assert_eq!(login(PASSWORD).await.0, 200);
    assert_eq!(change(&root, json!({ "isAdmin": false })).await.0, 200, "now there is another");
}

#[tokio::test]
async fn a_page_hears_within_a_second_that_its_reader_administers_the_server_no_more() {
    let (server, root) = with_administrator().await;
    let listen = async |person: &Person| {
        let request = server.request(Method::GET, "/api/admin/events/").bearer_auth(&person.access);
        Stream::read(request.send().await.unwrap()).await
    };
    let mut roots = listen(&root).await.unwrap();
    let changes = [
        ("ada", Some(json!({ "isAdmin": false })), "not_an_administrator", 403),
        ("bob", Some(json!({ "disabled": true })), "account_disabled", 401),
        ("carol", None, "account_deleted", 401),
    ];
    for (name, change, code, status) in changes {
        let person = server.person(name).await;
        assert_eq!(listen(&person).await.err(), Some(403), "{name} is none yet");
        promote(&server, &person).await;
        let mut streams = [listen(&person).await.unwrap(), listen(&person).await.unwrap()];
        let start = Instant::now();
        let path = format!("/api/admin/users/{}/", person.id);
        let (done, _) = match change {
            Some(change) => server.send(Method::PATCH, &path, Some(&root.access), change).await,
            None => server.send(Method::DELETE, &path, Some(&root.access), json!({})).await,
        };
        assert!(done.is_success());
        for stream in &mut streams {
            assert_eq!(stream.expect("over", start).await, json!({ "code": code }), "{name}");
            assert_eq!(stream.next().await, None, "{name}'s stream ends");
        }
        assert_eq!(listen(&person).await.err(), Some(status), "{name}");
    }
    // Of all that the others' pages hear nothing; a login that ends takes its stream along.
    let start = Instant::now();
    assert_eq!(server.post("/api/token/logout/", None, json!({ "refresh": root.refresh })).await.0, 204);
    assert_eq!(roots.next().await, None);
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn rooms_and_invitations_of_everyone_are_seen_and_ended() {
    let (server, root) = with_administrator().await;
    let ada = server.person("ada").await;
    server.room(&ada, "Secret plans", "IO").await;
    server.room(&ada, "Open", "OTA").await;
    let (_, made) = server.post("/api/rooms/1/invitations/", Some(&ada.access), json!({})).await;
    let (_, owned) = server.get(&format!("/api/admin/users/{}/rooms/", ada.id), Some(&root.access)).await;
    let named: Vec<_> = owned.as_array().unwrap().iter().map(|room| (&room["id"], &room["title"])).collect();
    assert_eq!(named, [(&json!(1), &json!("Secret plans")), (&json!(2), &json!("Open"))]);
    assert_eq!(
        server.get(&format!("/api/admin/users/{}/rooms/", root.id), Some(&root.access)).await.1,
        json!([]),
        "nobody else's"
    );
    let (_, page) = server.get("/api/admin/rooms/", Some(&root.access)).await;
    let shown: Vec<_> =
        page["rooms"].as_array().unwrap().iter().map(|room| (&room["title"], &room["ownerName"])).collect();
    assert_eq!(shown, [(&json!("Open"), &json!("ada Tester")), (&json!("Secret plans"), &json!("ada Tester"))]);
    let (_, page) = server.get("/api/admin/invitations/", Some(&root.access)).await;
    let shown = &page["invitations"][0];
    assert_eq!((&shown["title"], &shown["room"]), (&json!("Secret plans"), &json!(1)));
    assert!(!page.to_string().contains(made["token"].as_str().unwrap()));
    let path = format!("/api/admin/invitations/{}/", made["id"]);
    assert_eq!(server.send(Method::DELETE, &path, Some(&root.access), json!({})).await.0, 204);
    assert_eq!(server.send(Method::DELETE, &path, Some(&root.access), json!({})).await.0, 404);
    let edit = json!({ "title": "Fine", "typeOf": "OTA", "peopleLimit": 5 });
    let (status, room) = server.send(Method::PATCH, "/api/admin/rooms/1/", Some(&root.access), edit).await;
    assert_eq!((status.as_u16(), &room["title"], &room["peopleLimit"]), (200, &json!("Fine"), &json!(5)), "{room}");
    assert_eq!(server.send(Method::DELETE, "/api/admin/rooms/2/", Some(&root.access), json!({})).await.0, 204);
    assert!(server.calls.told().contains(&"close room2".to_owned()), "{:?}", server.calls.told());
    assert_eq!(server.get("/api/rooms/2/", None).await.0, 404);
}

#[tokio::test]
async fn registration_is_open_by_invitation_or_closed() {
    let (server, root) = with_administrator().await;
    let ada = server.person("ada").await;
    server.room(&ada, "One", "IO").await;
    let (_, invitation) = server.post("/api/rooms/1/invitations/", Some(&ada.access), json!({ "uses": 1 })).await;
    let register = async |name: &str, invitation: Value| {
        let body = json!({ "email": format!("{name}@example.org"), "firstName": name, "lastName": "X", "password": PASSWORD, "invitation": invitation });
        let (status, answer) = server.post("/api/user/create/", None, body).await;
        (status.as_u16(), answer["code"].as_str().unwrap_or_default().to_owned())
    };
    let set = async |registration: &str| {
        let body = json!({ "registration": registration });
        server.send(Method::PATCH, "/api/admin/settings/", Some(&root.access), body).await.0
    };
    assert_eq!(register("one", Value::Null).await.0, 201);
    assert_eq!(set("closed").await, 200);
    assert_eq!(server.get("/api/server/", None).await.1["registration"], "closed");
    assert_eq!(register("two", invitation["token"].clone()).await, (403, "registration_closed".into()));
    assert_eq!(set("invitation").await, 200);
    assert_eq!(register("two", Value::Null).await, (403, "registration_by_invitation".into()));
    assert_eq!(register("two", json!("A".repeat(22))).await, (403, "invitation_invalid".into()));
    assert_eq!(register("two", invitation["token"].clone()).await.0, 201);
    let body = json!({ "email": "two@example.org", "password": PASSWORD });
    let access = server.post("/api/token/", None, body).await.1["access"].as_str().unwrap().to_owned();
    let (status, _) =
        server.post("/api/rooms/1/join/", Some(&access), json!({ "invitation": invitation["token"] })).await;
    assert_eq!(status, 404, "the number of an invite-only room says nothing");
    let room = server.get("/api/rooms/1/", Some(&ada.access)).await.1;
    let path = format!("/api/rooms/{}/join/", room["roomId"].as_str().unwrap());
    let (status, joined) = server.post(&path, Some(&access), json!({ "invitation": invitation["token"] })).await;
    assert_eq!(status, 200, "making an account did not use it up: {joined}");
    assert_eq!(register("three", invitation["token"].clone()).await, (403, "invitation_invalid".into()), "used up");
    assert_eq!(set("nonsense").await, 400);
    let path = "/api/admin/users/";
    let body = json!({ "email": "four@example.org", "firstName": "F", "lastName": "X" });
    assert_eq!(server.post(path, Some(&root.access), body).await.0, 201, "administrators add whom they like");
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_hold_where_they_act() {
    let (server, ada, bob, _first, _second, _) = one_call().await;
    let root = server.person("root").await;
    promote(&server, &root).await;
    let set = async |body: Value| server.send(Method::PATCH, "/api/admin/settings/", Some(&root.access), body).await;
    assert_eq!(set(json!({ "roomsPerUser": 1 })).await.1["roomsPerUser"], 1);
    let (status, _) = server.post("/api/rooms/", Some(&ada.access), json!({ "title": "Two" })).await;
    assert_eq!(status, 403, "ada has one");
    assert_eq!(server.post("/api/rooms/", Some(&bob.access), json!({ "title": "Two" })).await.0, 201);
    for bad in [json!({ "roomsPerUser": 1001 }), json!({ "peoplePerRoom": 0 }), json!({ "peoplePerRoom": 1001 })] {
        assert_eq!(set(bad).await.0, 400);
    }
    let carol = server.person("carol").await;
    let token = room_token(&server, &carol.access, "1").await;
    assert_eq!(set(json!({ "peoplePerRoom": 2 })).await.0, 200);
    let start = Instant::now();
    loop {
        let (status, refused) = server.post("/api/rooms/1/join/", Some(&carol.access), json!({})).await;
        if status == 403 {
            assert_eq!(refused["code"], "room_full");
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(1), "the call that goes on has heard of it");
    }
    assert_eq!(enter(&server, &token).await.err(), Some(429), "nor by a token from before");
    let (status, error) =
        server.send(Method::PATCH, "/api/rooms/1/", Some(&ada.access), json!({ "peopleLimit": 3 })).await;
    assert_eq!((status.as_u16(), error["peopleLimit"].is_array()), (400, true), "{error}");
    let same = server.send(Method::PATCH, "/api/rooms/1/", Some(&ada.access), json!({ "peopleLimit": 100 })).await;
    assert_eq!(same.0, 200, "as it was is no change");
    assert_eq!(set(json!({ "peoplePerRoom": 1000 })).await.0, 200);
    let all = json!({ "version": 4, "registration": "open", "peoplePerRoom": 1000, "roomsPerUser": 1 });
    assert_eq!(set(json!({})).await.1, all);
    let start = Instant::now();
    while server.post("/api/rooms/1/join/", Some(&carol.access), json!({})).await.0 != 200 {
        assert!(start.elapsed() < Duration::from_secs(1));
    }
}

#[tokio::test]
async fn of_two_administrators_who_save_at_once_the_second_is_told() {
    let (server, root) = with_administrator().await;
    let path = "/api/admin/settings/";
    let set = async |body: Value| server.send(Method::PATCH, path, Some(&root.access), body).await;
    let read = server.get(path, Some(&root.access)).await.1;
    assert_eq!(read["version"], 1);
    let (status, first) = set(json!({ "version": 1, "roomsPerUser": 5 })).await;
    assert_eq!((status.as_u16(), &first["version"]), (200, &json!(2)));
    let (status, second) = set(json!({ "version": 1, "registration": "closed" })).await;
    assert_eq!((status.as_u16(), &second["code"]), (409, &json!("version_conflict")));
    assert_eq!(server.get(path, Some(&root.access)).await.1, first, "nothing has changed");
    assert_eq!(acts(&server, &root).await.len(), 1, "nor is it in the log");
    assert_eq!(set(json!({ "version": 2 })).await.1, first, "no change raises no version");
    assert_eq!(set(json!({ "version": 2, "registration": "closed" })).await.1["version"], 3);
    assert_eq!(
        set(json!({ "registration": "open" })).await.1["version"],
        4,
        "who names no version takes what there is"
    );
    for bad in [json!(0), json!("2"), json!(1.5)] {
        let (status, error) = set(json!({ "version": bad })).await;
        assert_eq!((status.as_u16(), error["version"].is_array()), (400, true), "{error}");
    }
}

#[tokio::test]
async fn a_disabled_account_gets_no_mail() {
    let mail = crate::mail_server::MailServer::start().await;
    let port = Some(mail.address.port());
    let server = TestServer::configured(|config| {
        config.smtp_server = Some(HostPort { host: "127.0.0.1".into(), port });
        config.smtp_security = SmtpSecurity::None;
        config.smtp_from = Some("calls@example.org".into());
    })
    .await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    server.server.store().set_disabled(UserId(ada.id), true, Millis::now()).await.unwrap().unwrap();
    for email in [&ada.email, &bob.email] {
        assert_eq!(server.post("/api/user/reset-link/", None, json!({ "email": email })).await.0, 202);
    }
    assert_eq!(mail.wait_for(1).await[0].to, bob.email);
    assert_eq!(mail.mails().len(), 1);
}
