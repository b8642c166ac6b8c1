//! Provider codes and what they mean (huawei-esm.md, 1.5 and 1.6).

use crate::cloud::Answered;
use crate::cloud::declare::Entry;
use crate::cloud::huawei::{self, Fault};
use crate::domain::account::SystemId;
use crate::domain::error::{ApiError, Class};

/// The error in an answer, if it is one. There is no list of codes: the status decides. 404 means that this site does
/// not offer the interface.
pub fn problem(entry: &Entry, answered: &Answered) -> Option<ApiError> {
    if answered.status.is_success() {
        return None;
    }
    let fault = Fault::read(&answered.body);
    let class = huawei::class(
        answered.status,
        fault.message.as_deref().unwrap_or_default(),
    );
    // Only jobs have an id that may be gone.
    let is_of_job = entry.call.path.contains("{job_id}");
    let class = match class {
        Class::NotFound if !is_of_job => Class::NotOffered,
        class => class,
    };
    Some(huawei::error(
        SystemId::HuaweiEsm,
        entry,
        answered,
        class,
        fault,
    ))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use http::{HeaderMap, HeaderValue, StatusCode};

    use super::*;
    use crate::cloud::huawei_esm::ops::{GetSdrQueryJob, QueryDeviceAlarms};

    #[test]
    fn a_list_that_is_not_there_is_not_offered_and_a_job_has_expired() {
        let answered = Answered {
            status: StatusCode::NOT_FOUND,
            headers: HeaderMap::new(),
            body: Bytes::from_static(
                br#"{"error_msg":"The API does not exist","error_code":"APIG.0101"}"#,
            ),
        };
        let class = |entry: &Entry| problem(entry, &answered).unwrap().class;
        assert_eq!(class(&Entry::of::<QueryDeviceAlarms>()), Class::NotOffered);
        assert_eq!(class(&Entry::of::<GetSdrQueryJob>()), Class::NotFound);
    }

    #[test]
    fn the_gateways_words_are_kept() {
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", HeaderValue::from_static("7"));
        let answered = Answered {
            status: StatusCode::TOO_MANY_REQUESTS,
            headers,
            body: Bytes::from_static(
                br#"{"error_msg":"The throttling threshold has been reached","error_code":"APIG.0308","request_id":"a53"}"#,
            ),
        };
        let error = problem(&Entry::of::<QueryDeviceAlarms>(), &answered).unwrap();
        assert_eq!(error.class, Class::Throttled);
        assert_eq!(error.retry_after, Some(Duration::from_secs(7)));
        assert_eq!(
            error.to_string(),
            "huawei-esm.query_device_alarms: throttled: The throttling threshold has been reached (APIG.0308, request a53)"
        );
    }
}
