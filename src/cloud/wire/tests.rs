use std::collections::BTreeMap;

use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_TYPE, HOST};
use jiff::Timestamp;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::*;
use crate::cloud::declare::{
    BeijingFalseZTime, BeijingTime, Call, Entry, Kind, Param, UtcTime, Violation,
};

crate::choices! {
    /// A choice.
    Colour;
    /// Red.
    Red = "RED",
    /// Blue.
    Blue = "BLUE",
}

crate::object! {
    /// A binding with a nested list.
    Binding;
    /// Id.
    id: String = "Id",
    /// Ports.
    ports: Vec<u32> = "ServerPort.M".range(1, 65535),
    /// Weight.
    weight: Option<u32> = "Weight".range(0, 100),
}

crate::object! {
    /// A name with a value.
    Pair;
    /// Name.
    name: String = "name".len(1, 10),
    /// Value.
    value: String = "value",
}

crate::object! {
    /// Pairs of one thing.
    Group;
    /// The pairs.
    pairs: Vec<Pair> = "dimensions",
    /// An object within.
    inner: Option<Pair> = "inner",
}

crate::operation! {
    /// Everything a query string can carry.
    InQuery -> (), "ksc-monitor.in_query", Call::action("InQuery", "2021-01-01");
    /// Text.
    text: String = "Text".len(1, 8),
    /// Number.
    whole: Option<i64> = "Whole".range(-5, 100).multiple_of(5),
    /// Number.
    number: Option<f64> = "Number",
    /// Boolean.
    flag: Option<bool> = "Flag",
    /// Choice.
    colour: Option<Colour> = "Colour",
    /// Time.
    utc: Option<UtcTime> = "Utc",
    /// Time.
    false_z: Option<BeijingFalseZTime> = "FalseZ",
    /// Time.
    plain: Option<BeijingTime> = "Plain",
    /// The same word as a scalar and as a list.
    kind: Option<String> = "InstanceType",
    /// Dotted list.
    kinds: Vec<String> = "InstanceType.N".items(0, 3),
    /// Objects.
    bindings: Vec<Binding> = "Slb.N",
    /// An index in the middle.
    names: Vec<String> = "Dimensions.N.Name",
    /// An index in the middle.
    values: Vec<String> = "Dimensions.N.Value",
    /// Lists of objects with lists of objects.
    batch: Vec<Group> = "batch",
    /// Repeated key.
    contacts: Vec<u64> = "ContactId".alias(&["ContactID"]),
    /// Comma-separated.
    csv: Vec<u32> = "Csv".csv(),
    /// A literal dot.
    disk: Option<String> = "SystemDisk.DiskType".one_of(&["SSD2.0", "SATA"]).soft(),
    /// Object as JSON text.
    metric: Option<Pair> = "Metric".as_text(),
    /// Map.
    map: BTreeMap<String, u32> = "Map",
}

crate::operation! {
    /// Everything a form can carry.
    InForm -> (), "ksc-monitor.in_form", Call::action("InForm", "2021-01-01").post_form();
    /// Text.
    text: String = "Text",
    /// Dotted.
    ids: Vec<u32> = "Id.N",
    /// Repeated.
    contacts: Vec<u64> = "ContactId",
}

crate::operation! {
    /// Everything a JSON body can carry.
    InBody -> (), "huawei-coc.in_body", Call::rest("InBody", "v1", "POST", "/v1/{thing_id}/do").when("operate_key", "go");
    /// Path.
    thing: String = "thing_id",
    /// Header.
    language: Option<String> = "X-Language".header(),
    /// Query.
    trace: Option<bool> = "nocatalog".query(),
    /// Number as text.
    rate: Option<f64> = "success_rate".as_text().range(1, 100),
    /// Boolean as text.
    stop: Option<bool> = "stop".as_text(),
    /// Objects.
    groups: Vec<Group> = "groups".required(),
    /// Comma-separated.
    csv: Vec<String> = "csv".csv(),
    /// Map.
    map: BTreeMap<String, Vec<u32>> = "map",
    /// Anything.
    any: Json = "any",
    /// A secret.
    secret: Option<String> = "password".max_len(3).secret(),
}

crate::operation! {
    /// A bare array.
    Bare -> (), "ksc-monitor.bare", Call::action("Bare", "2017-07-01").post_json().bare_body();
    /// The points.
    points: Vec<Pair> = "$body".required(),
}

fn sent<O: crate::cloud::declare::Operation>(input: &O) -> http::Request<Bytes> {
    let input = serde_json::to_value(input).unwrap();
    encode(&Entry::of::<O>(), &input, "https://host.example:8443/", 1).unwrap()
}

fn received(entry: &Entry, request: http::Request<Bytes>) -> Result<Json, Vec<Violation>> {
    let (head, body) = request.into_parts();
    decode_request(entry, &head, &body)
}

#[test]
fn a_query_keeps_declared_order_and_every_list_style() {
    let request = sent(&InQuery {
        text: "a b*~é/+".into(),
        whole: Some(5),
        flag: Some(true),
        colour: Some(Colour::Blue),
        utc: Some(UtcTime("2026-11-22T03:00:00Z".parse().unwrap())),
        kind: Some("S1".into()),
        kinds: vec!["S2".into(), "S3".into()],
        bindings: vec![Binding {
            id: "lb".into(),
            ports: vec![80, 443],
            weight: Some(20),
        }],
        names: vec!["n".into()],
        values: vec!["v".into()],
        batch: vec![Group {
            pairs: vec![Pair {
                name: "a".into(),
                value: "b".into(),
            }],
            inner: None,
        }],
        contacts: vec![100, 101],
        csv: vec![1, 2],
        metric: Some(Pair {
            name: "x".into(),
            value: "y".into(),
        }),
        ..InQuery::default()
    });
    assert_eq!(Colour::Blue.wire(), "BLUE");
    let expected = "https://host.example:8443/?Action=InQuery&Version=2021-01-01&Text=a%20b%2A~%C3%A9%2F%2B&Whole=5\
        &Flag=true&Colour=BLUE&Utc=2026-11-22T03%3A00%3A00Z&InstanceType=S1&InstanceType.1=S2&InstanceType.2=S3&Slb.1.Id=lb\
        &Slb.1.ServerPort.1=80&Slb.1.ServerPort.2=443&Slb.1.Weight=20&Dimensions.1.Name=n&Dimensions.1.Value=v\
        &batch.1.dimensions.1.name=a&batch.1.dimensions.1.value=b&ContactId=100&ContactId=101&Csv=1%2C2\
        &Metric=%7B%22name%22%3A%22x%22%2C%22value%22%3A%22y%22%7D";
    assert_eq!(request.uri().to_string(), expected);
    assert_eq!(request.headers()[HOST], "host.example:8443");
    assert!(request.body().is_empty());
    assert!(!request.headers().contains_key(CONTENT_TYPE));
}

#[test]
fn a_json_body_has_canonical_names_and_the_distinguishing_field() {
    let request = sent(&InBody {
        thing: "a b".into(),
        language: Some("zh-cn".into()),
        trace: Some(true),
        rate: Some(99.5),
        stop: Some(false),
        groups: vec![Group::default()],
        csv: vec!["x".into(), "y".into()],
        any: json!({"z": [1, null]}),
        ..InBody::default()
    });
    assert_eq!(
        request.uri().to_string(),
        "https://host.example:8443/v1/a%20b/do?nocatalog=true"
    );
    assert_eq!(request.headers()["x-language"], "zh-cn");
    assert_eq!(request.headers()[CONTENT_TYPE], "application/json");
    let expected = r#"{"operate_key":"go","success_rate":"99.5","stop":"false","groups":[{}],"csv":"x,y","any":{"z":[1,null]}}"#;
    assert_eq!(request.body(), expected);
}

#[test]
fn forms_and_bare_bodies() {
    let request = sent(&InForm {
        text: "a b".into(),
        ids: vec![1, 2],
        contacts: vec![7, 8],
    });
    assert_eq!(
        request.uri().query(),
        Some("Action=InForm&Version=2021-01-01")
    );
    assert_eq!(
        request.body(),
        "Text=a%20b&Id.1=1&Id.2=2&ContactId=7&ContactId=8"
    );
    let request = sent(&Bare {
        points: vec![Pair::default()],
    });
    assert_eq!(request.body(), r#"[{"name":"","value":""}]"#);
}

#[test]
fn a_base_url_must_be_one() {
    let entry = Entry::of::<Bare>();
    for base in [
        "",
        "host",
        "ftp://host",
        "https://user:pass@host",
        "https://host?x=1",
    ] {
        let refused = encode(&entry, &json!({}), base, 1).unwrap_err();
        assert_eq!(refused.field, "endpoint", "{base}");
        assert!(!refused.given.contains("pass"));
    }
    let request = encode(&entry, &json!({"$body": []}), "https://host:443/prefix/", 1).unwrap();
    assert_eq!(request.headers()[HOST], "host");
    assert_eq!(request.uri().path(), "/prefix/");
}

#[test]
fn every_rule_names_field_rule_and_value() {
    let input = json!({
        "Text": "too long for it", "Whole": 7, "Number": "1", "Flag": 1, "Colour": "GREEN", "Utc": "yesterday",
        "InstanceType.N": ["a", "b", "c", "d"], "Slb.N": [{"ServerPort.M": [0], "Weigth": 3}],
        "batch": [{"dimensions": [{"name": "", "value": "v"}]}], "SystemDisk.DiskType": "floppy", "Contactid": 1,
    });
    let found = check(InQuery_params(), &input);
    let shown: Vec<String> = found
        .iter()
        .map(|v| format!("{}|{}|{}|{}", v.field, v.rule, v.given, v.soft))
        .collect();
    let expected = [
        "Text|must have 1 to 8 characters, has 15|\"too long for it\"|false",
        "Whole|must be a multiple of 5|7|false",
        "Number|must be a number|\"1\"|false",
        "Flag|must be true or false|1|false",
        "Colour|must be one of RED, BLUE|\"GREEN\"|false",
        "Utc|must be a time of the form 2026-11-22T03:00:00Z|\"yesterday\"|false",
        "InstanceType.N|must have 0 to 3 elements|4|false",
        "Slb.N[0].Id|must be given|nothing|false",
        "Slb.N[0].ServerPort.M[0]|must be 1 to 65535|0|false",
        "Slb.N[0].Weigth|is not a parameter; did you mean Weight?|3|false",
        "batch[0].dimensions[0].name|must have 1 to 10 characters, has 0|\"\"|false",
        "SystemDisk.DiskType|must be one of SSD2.0, SATA|\"floppy\"|true",
        "Contactid|is not a parameter; did you mean ContactId?|1|false",
    ];
    assert_eq!(shown, expected);
}

#[expect(non_snake_case, reason = "reads as the operation it belongs to")]
fn InQuery_params() -> &'static [Param] {
    Entry::of::<InQuery>().params
}

#[test]
fn secrets_and_paths_are_guarded() {
    let entry = Entry::of::<InBody>();
    let found = check_entry(
        &entry,
        &json!({"thing_id": "a/b", "groups": [], "password": "hunter2"}),
    );
    assert!(found.iter().any(|v| v.field == "thing_id"));
    assert!(found.iter().any(|v| v.field == "groups" && v.given == "0"));
    assert!(found.iter().any(|v| v.field == "password"));
    assert!(
        found.iter().all(|v| !v.given.contains("hunter2")),
        "{found:?}"
    );
    for bad in ["", ".", "..", "a/b"] {
        let input = json!({"thing_id": bad, "groups": [{}]});
        assert!(encode(&entry, &input, "http://h", 1).is_err(), "{bad}");
    }
}

#[test]
fn arrivals_of_other_clients_are_understood() {
    let entry = Entry::of::<InQuery>();
    let queries = [
        "Text=x&ContactId=1&ContactId=2",
        "Text=x&ContactId.0=1&ContactId.1=2",
        "Text=x&ContactId%5B0%5D=1&ContactId%5B1%5D=2",
        "Text=x&ContactId[]=1&ContactId[]=2",
        "Text=x&ContactId.10=2&ContactId.9=1",
        "Text=x&ContactID=1&ContactID=2&Unknown=3&Signature=abc",
    ];
    for query in queries {
        let request = http::Request::get(format!("/?Action=InQuery&{query}"))
            .body(Bytes::new())
            .unwrap();
        let expected = json!({"Text": "x", "ContactId": [1, 2]});
        assert_eq!(received(&entry, request).unwrap(), expected, "{query}");
    }
    let request = http::Request::post("/?Action=InQuery")
        .header(CONTENT_TYPE, "application/json")
        .body(Bytes::from(
            r#"{"Text":5,"ContactId":["1",2],"InstanceType":"S1","Whole":"5","Flag":"TRUE"}"#,
        ))
        .unwrap();
    let expected =
        json!({"Text": "5", "Whole": 5, "Flag": true, "InstanceType": "S1", "ContactId": [1, 2]});
    let mut got = received(&entry, request).unwrap();
    // The scalar's name is also the list's name without its index.
    got.as_object_mut().unwrap().remove("InstanceType.N");
    assert_eq!(got, expected);
    let request = http::Request::get("/?Text=a+b&Slb.0.Id=x&Slb.0.ServerPort.0=1&Slb.7.Id=y")
        .body(Bytes::new())
        .unwrap();
    let expected = json!({"Text": "a b", "Slb.N": [{"Id": "x", "ServerPort.M": [1]}, {"Id": "y"}]});
    assert_eq!(received(&entry, request).unwrap(), expected);
    let request = http::Request::get("/?Text=a&Whole=x&InstanceType.first=1")
        .body(Bytes::new())
        .unwrap();
    let refused = received(&entry, request).unwrap_err();
    let fields: Vec<&str> = refused.iter().map(|v| v.field.as_str()).collect();
    assert_eq!(fields, ["Whole", "InstanceType.first"]);
}

#[test]
fn paths_match_their_templates() {
    assert_eq!(
        match_path("/v1/{a}/x", "/v1/q%20r/x"),
        Some(vec![("a", "q r".to_owned())])
    );
    assert_eq!(match_path("/v1/{a}/x", "/v1//x"), None);
    assert_eq!(match_path("/v1/{a}", "/v1/b/c"), None);
    assert_eq!(match_path("/v1/{a}/c", "/v1/b"), None);
}

// Values generated from the declaration.

fn any_value(param: &'static Param, kind: &'static Kind, in_query: bool) -> BoxedStrategy<Json> {
    let clean = "[ -~é中]{1,6}";
    match kind {
        Kind::Text if param.csv => "[a-z]{1,4}".prop_map(Json::from).boxed(),
        Kind::Text => clean.prop_map(Json::from).boxed(),
        Kind::Integer if param.min.is_some_and(|min| min < 0.0) => {
            (-5_i64..100).prop_map(Json::from).boxed()
        }
        Kind::Integer => (0_u64..1 << 62).prop_map(Json::from).boxed(),
        Kind::Number => (-1e6..1e6_f64).prop_map(Json::from).boxed(),
        Kind::Bool => any::<bool>().prop_map(Json::from).boxed(),
        Kind::Time(zone) => (0_i64..4_000_000_000)
            .prop_map(|at| zone.write(Timestamp::from_second(at).unwrap()).into())
            .boxed(),
        Kind::Choice(words) => proptest::sample::select(*words)
            .prop_map(Json::from)
            .boxed(),
        Kind::Object(fields) => any_object(fields, in_query),
        Kind::List(inner) => proptest::collection::vec(any_value(param, inner, in_query), 1..4)
            .prop_map(Json::from)
            .boxed(),
        Kind::Map(inner) => {
            proptest::collection::btree_map("[a-z]{1,5}", any_value(param, inner, in_query), 1..4)
                .prop_map(|map| Json::Object(map.into_iter().collect()))
                .boxed()
        }
        Kind::Any => prop_oneof![
            Just(json!([1, {"a": "b"}])),
            Just(json!("5")),
            Just(json!(7))
        ]
        .boxed(),
    }
}

/// An object of these fields; in a query at least one field of an object must be there for the object to be seen.
fn any_object(fields: &'static [Param], in_query: bool) -> BoxedStrategy<Json> {
    let members: Vec<_> = fields
        .iter()
        .enumerate()
        .map(|(at, field)| {
            let always = field.required || (in_query && at == 0);
            let value = any_value(field, &field.kind, in_query);
            (any::<bool>(), value).prop_map(move |(given, value)| {
                (given || always).then_some((field.name.to_owned(), value))
            })
        })
        .collect();
    members
        .prop_map(|members| Json::Object(members.into_iter().flatten().collect()))
        .boxed()
}

fn round_trip(entry: &Entry, input: &Json, base: u32) -> Result<(), TestCaseError> {
    let request = encode(entry, input, "http://127.0.0.1:1", base).unwrap();
    let back = received(entry, request).unwrap();
    prop_assert_eq!(&back, input);
    Ok(())
}

proptest! {
    #[test]
    fn a_query_round_trips(input in any_object(InQuery_params(), true), base in 0_u32..2) {
        round_trip(&Entry::of::<InQuery>(), &input, base)?;
    }

    #[test]
    fn a_form_round_trips(input in any_object(Entry::of::<InForm>().params, true)) {
        round_trip(&Entry::of::<InForm>(), &input, 1)?;
    }

    #[test]
    fn a_body_round_trips(mut input in any_object(Entry::of::<InBody>().params, false), thing in "[a-z ]{1,5}", language in "[a-z]{2}") {
        input["thing_id"] = thing.into();
        if input.get("X-Language").is_some() {
            input["X-Language"] = language.into();
        }
        round_trip(&Entry::of::<InBody>(), &input, 1)?;
        let bare = json!({"$body": input["groups"][0]["dimensions"].as_array().cloned().unwrap_or_default()});
        round_trip(&Entry::of::<Bare>(), &bare, 1)?;
    }

    #[test]
    fn nothing_that_arrives_panics(query in "\\PC{0,60}", body in proptest::collection::vec(any::<u8>(), 0..60)) {
        let (mut head, ()) = http::Request::post("/v1/a/do").body(()).unwrap().into_parts();
        if let Ok(uri) = format!("/v1/a/do?{query}").parse() {
            head.uri = uri;
        }
        for entry in [Entry::of::<InQuery>(), Entry::of::<InForm>(), Entry::of::<InBody>(), Entry::of::<Bare>()] {
            let _ = decode_request(&entry, &head, &body);
            let _ = decode_request(&entry, &head, query.as_bytes());
        }
    }

    #[test]
    fn no_answer_panics(body in "[<>/a-c{}\\[\\]\":, &;]{0,60}") {
        let _ = xml_to_json(body.as_bytes());
        for format in [Format::Json, Format::Xml] {
            let _ = decode_answer::<Page>(format, body.as_bytes());
        }
    }
}

// Answers.

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Row {
    instance_id: String,
    average: Option<f64>,
    count: Option<u32>,
    enabled: Option<bool>,
    nested: Option<Box<Row>>,
    ports: Vec<u32>,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Members {
    #[serde(default)]
    member: Vec<Row>,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    metrics: Members,
    #[serde(default)]
    total_count: Option<u32>,
    #[serde(default)]
    rows: Items<Row>,
}

fn page() -> Page {
    Page {
        metrics: Members {
            member: vec![
                Row {
                    instance_id: "7".into(),
                    average: Some(0.158),
                    count: Some(33),
                    enabled: Some(true),
                    nested: Some(Box::new(Row {
                        instance_id: "inner & <co>".into(),
                        ..Row::default()
                    })),
                    ports: vec![80, 443],
                },
                Row::default(),
            ],
        },
        total_count: Some(10),
        rows: Items(vec![Row {
            instance_id: "x".into(),
            ..Row::default()
        }]),
    }
}

#[test]
fn json_of_any_looseness_reads_like_xml() {
    let json = r#"{
        "Metrics": {"member": [
            {"InstanceID": 7, "average": "0.158", "count": "33.0", "enabled": "1", "extra": [[1]], "Ports": ["80", 443],
             "nested": {"instanceid": "inner & <co>", "average": "null", "ports": null}},
            {"instanceId": null, "average": "NaN", "count": "", "enabled": null, "nested": null, "ports": []}]},
        "totalcount": "10", "rows": {"InstanceId": "x"}}"#;
    // An object where a list is wanted is only a list of one for plain lists.
    let json = json.replace(
        r#""rows": {"InstanceId": "x"}"#,
        r#""rows": {"member": {"InstanceId": "x"}}"#,
    );
    assert_eq!(
        decode_answer::<Page>(Format::Json, json.as_bytes()).unwrap(),
        page()
    );
    let xml = r#"<?xml version="1.0" encoding="UTF-8"?>
        <XResponse xmlns="https://ksyun.kingeyes.com/">
          <Metrics>
            <member>
              <InstanceId>7</InstanceId><Average>0.158</Average><Count> 33 </Count><Enabled>true</Enabled>
              <Extra><a/></Extra><Ports>80</Ports><Ports>443</Ports>
              <Nested><InstanceId>inner &amp; <![CDATA[<co>]]></InstanceId><Average>null</Average></Nested>
            </member>
            <member><InstanceId/><Average>NaN</Average><Count></Count><Nested/></member>
          </Metrics>
          <TotalCount>10</TotalCount>
          <Rows><Item><InstanceId>x</InstanceId></Item></Rows>
        </XResponse>"#;
    assert_eq!(
        decode_answer::<Page>(Format::Xml, xml.as_bytes()).unwrap(),
        page()
    );
    let json = serde_json::to_vec(&page()).unwrap();
    assert_eq!(decode_answer::<Page>(Format::Json, &json).unwrap(), page());
}

#[test]
fn a_wrong_byte_costs_a_letter_and_not_the_answer() {
    let read: Json = decode_answer(Format::Json, b"{\"message\":\"x\xff\xfey\",\"n\":1}").unwrap();
    assert_eq!(
        read,
        serde_json::json!({"message": "x\u{fffd}\u{fffd}y", "n": 1})
    );
    let half: Json = decode_answer(Format::Json, br#"{"message":"cut \ud83d","n":1}"#).unwrap();
    assert_eq!(half["message"], "cut \u{fffd}");
}

#[test]
fn bad_answers_name_the_place() {
    let cases = [
        (
            r#"{"metrics":{"member":[{},{"average":"hot"}]}}"#,
            "metrics.member[1].average",
        ),
        (
            r#"{"metrics":{"member":[{"nested":{"count":-1}}]}}"#,
            "metrics.member[0].nested.count",
        ),
        (r#"{"metrics":[1,2]}"#, "metrics"),
        (r#"{"metrics":{}} x"#, ""),
        (r#"{"metrics":{}"#, ""),
        ("{}", ""),
        ("null", ""),
        ("[]", ""),
        ("", ""),
        (r#"{"metrics":{},"metrics":{}}"#, ""),
        (
            "{\"metrics\":{\"member\":[{\"instanceId\":\"\u{0}\"}]}}",
            "metrics.member[0].instanceId",
        ),
        (
            r#"{"metrics":{"member":[{"average":1e999}]}}"#,
            "metrics.member[0].average",
        ),
    ];
    for (body, path) in cases {
        let error = decode_answer::<Page>(Format::Json, body.as_bytes()).unwrap_err();
        assert_eq!(error.path, path, "{body}: {error}");
    }
    let deep = "[".repeat(10_000);
    assert!(decode_answer::<Json>(Format::Json, deep.as_bytes()).is_err());
    let deep = "<a>".repeat(10_000);
    assert!(decode_answer::<Page>(Format::Xml, deep.as_bytes()).is_err());
    assert!(xml_to_json(deep.as_bytes()).is_err());
    for broken in ["<a>", "<a></b>", "text", "", "<a/>x<b>"] {
        assert!(xml_to_json(broken.as_bytes()).is_err(), "{broken}");
        assert!(
            decode_answer::<Page>(Format::Xml, broken.as_bytes()).is_err(),
            "{broken}"
        );
    }
}

#[test]
fn xml_needs_no_root_element() {
    for xml in [
        "<Metrics><member><InstanceId>7</InstanceId></member></Metrics><TotalCount>1</TotalCount>",
        "<R><Metrics><member><InstanceId>7</InstanceId></member></Metrics><TotalCount>1</TotalCount></R>",
    ] {
        let page: Page = decode_answer(Format::Xml, xml.as_bytes()).unwrap();
        assert_eq!((page.metrics.member.len(), page.total_count), (1, Some(1)));
        assert_eq!(xml_to_json(xml.as_bytes()).unwrap()["TotalCount"], "1");
    }
    let row: Row = decode_answer(Format::Xml, b"<InstanceId>7</InstanceId>").unwrap();
    assert_eq!(row.instance_id, "7");
    let error = decode_answer::<Page>(
        Format::Xml,
        b"<R><Metrics><member/><member><Average>hot</Average></member></Metrics></R>",
    )
    .unwrap_err();
    assert_eq!(error.path, "metrics.member[1].average");
}

#[test]
fn a_second_spelling_of_a_key_does_not_win() {
    let body = br#"{"metrics":{},"totalcount":1,"TotalCount":2}"#;
    assert_eq!(
        decode_answer::<Page>(Format::Json, body)
            .unwrap()
            .total_count,
        Some(1)
    );
    let body = br#"{"metrics":{},"totalCount":1,"TOTALCOUNT":2}"#;
    assert_eq!(
        decode_answer::<Page>(Format::Json, body)
            .unwrap()
            .total_count,
        Some(1)
    );
}

#[test]
fn xml_becomes_json() {
    let xml = b"\xef\xbb\xbf<R xmlns='x'><A>1</A><B><C>x &lt; y</C><C/></B><A>2</A><!-- c --><D>&#20013;<![CDATA[<]]></D></R>";
    let expected = json!({"A": ["1", "2"], "B": {"C": ["x < y", ""]}, "D": "中<"});
    assert_eq!(xml_to_json(xml).unwrap(), expected);
}

#[test]
fn the_format_is_told_by_the_first_byte() {
    let cases: &[(&str, &str, Option<Format>)] = &[
        (
            "application/json;charset=UTF8",
            "\u{feff} {}",
            Some(Format::Json),
        ),
        (
            "text/html; charset=utf-8",
            "{\"code\":0}",
            Some(Format::Json),
        ),
        ("application/json", "<ErrorResponse/>", Some(Format::Xml)),
        ("application/json", "null", Some(Format::Json)),
        ("text/plain", "null", None),
        ("", "[1]", Some(Format::Json)),
        ("text/xml", "<a/>", Some(Format::Xml)),
        ("text/xml", "<!DOCTYPE HTML><html>", None),
        ("application/json", "<html><body>", None),
        ("image/png", "{}", None),
        ("application/json", "", None),
    ];
    for (kind, body, expected) in cases {
        let mut headers = HeaderMap::new();
        if !kind.is_empty() {
            headers.insert(CONTENT_TYPE, kind.parse().unwrap());
        }
        assert_eq!(
            Format::detect(&headers, body.as_bytes()),
            *expected,
            "{kind} {body}"
        );
    }
}
