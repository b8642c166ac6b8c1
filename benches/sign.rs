//! Signing one request, for each scheme: what every call pays before it leaves.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use http::Request;
use jiff::Timestamp;
use watchkeeper::cloud::sign::{Scheme, Signing, sign};
use watchkeeper::domain::secret::Secret;

const SCHEMES: &[(&str, Scheme)] = &[
    ("SigV4 header", Scheme::SigV4 { service: "monitor" }),
    ("SigV4 query", Scheme::SigV4Query { service: "monitor" }),
    ("KSC simplified", Scheme::KscSimple { service: "monitor" }),
    ("Tencent HmacSHA1", Scheme::TencentSha1),
    ("Tencent HmacSHA256", Scheme::TencentSha256),
    ("Huawei SDK", Scheme::HuaweiSdk),
];

fn signing(c: &mut Criterion) {
    let secret =
        Secret::from("OExampleSecretKey+Only/0000000000000000000000000000000000000000000==");
    let address = "https://monitor.api.ksyun.com/?Action=GetMetricStatistics&Version=2010-05-25&Namespace=KEC\
                   &InstanceID=293bbbc1-6c27-4567-89fc-000000000001&MetricName=cpu.utilizition.total\
                   &StartTime=2026-03-18T14%3A00%3A00Z&EndTime=2026-03-18T14%3A28%3A00Z&Period=60&Aggregate=Average";
    let (head, ()) = Request::get(address)
        .body(())
        .expect("the address is well formed")
        .into_parts();
    let mut group = c.benchmark_group("sign one request");
    for (name, scheme) in SCHEMES {
        let with = Signing {
            scheme: *scheme,
            key_id: "AKLTExampleOnly-0000000001",
            secret: &secret,
            session: None,
            region: "cn-beijing-6",
            at: Timestamp::UNIX_EPOCH,
            nonce: 7,
        };
        group.bench_function(*name, |b| b.iter(|| sign(black_box(&head), b"", &with)));
    }
    group.finish();
}

criterion_group!(benches, signing);
criterion_main!(benches);
