//! Scripts: found, read, written, deleted.

use super::runs::{PAGE, number, page};
use super::{chosen, convert, lacks};
use crate::cloud::client::Client;
use crate::cloud::declare::Operation;
use crate::cloud::huawei_coc::ops::{
    CreateScript, DeleteScript, GetScript, ListScripts, Protocol, Reviewer, RiskLevel,
    ScriptParameter, ScriptProperties, ScriptType, UpdateScript,
};
use crate::cloud::page::{Style, Walk};
use crate::domain::account::{AccountId, SystemId};
use crate::domain::action::Receipt;
use crate::domain::draft::{Draft, DraftParam};
use crate::domain::error::{ApiError, Class};
use crate::domain::query::Query;
use crate::domain::script::{Risk, Script, ScriptFilter, ScriptId};
use crate::domain::text::SafeText;

/// All scripts that the filter lets pass, without their text.
pub async fn scripts(client: &Client, filter: &ScriptFilter) -> Result<Vec<Script>, ApiError> {
    let kind = filter
        .language
        .as_deref()
        .map(chosen::<ListScripts, ScriptType>)
        .transpose()?;
    let mut walk = Walk::new(Style::Marker, PAGE);
    while let Some(at) = walk.next() {
        let ask = ListScripts {
            limit: i64::from(PAGE),
            marker: number(at),
            name_like: filter.name.clone(),
            creator: filter.creator.clone(),
            risk_level: filter.risk.map(risk_level),
            kind,
        };
        let rows = client.call(&ask).await?.output.data.data;
        let next = rows.last().and_then(|row| row.id);
        walk.take(page(rows, PAGE, next), |row| row.script_uuid.clone());
    }
    let rows = walk.end().whole(SystemId::HuaweiCoc, ListScripts::ID)?;
    Ok(rows.into_iter().map(convert::script_row).collect())
}

/// One script with its text.
pub async fn script(client: &Client, id: &ScriptId) -> Result<Script, ApiError> {
    let ask = GetScript {
        script_uuid: id.raw().to_owned(),
    };
    let read = client.call(&ask).await?.output.data;
    if read.script_uuid.is_empty() {
        return Err(lacks::<GetScript>("script"));
    }
    Ok(convert::script_detail(read))
}

/// Creates a script.
pub async fn create(
    client: &Client,
    account: &AccountId,
    draft: &Draft,
) -> Result<Receipt, ApiError> {
    let ask = CreateScript {
        name: draft.name.clone(),
        properties: properties::<CreateScript>(draft)?,
        description: draft.description.clone(),
        kind: chosen::<CreateScript, ScriptType>(&draft.language)?,
        content: draft.content.clone(),
        script_params: parameters::<CreateScript>(draft)?,
    };
    let reply = client.call(&ask).await?;
    let id = Some(SafeText::from(reply.output.data)).filter(|id| !id.is_empty());
    let summary = format!(
        "script {} created{}",
        draft.name,
        approval(draft.reviewers.is_empty())
    );
    Ok(Receipt {
        created: id.clone(),
        ..Receipt::new(summary, reply.request_id, concerned(account, id.as_ref()))
    })
}

/// Makes a script what the draft says.
pub async fn update(
    client: &Client,
    account: &AccountId,
    id: &ScriptId,
    draft: &Draft,
) -> Result<Receipt, ApiError> {
    let ask = UpdateScript {
        script_uuid: id.raw().to_owned(),
        description: draft.description.clone(),
        content: draft.content.clone(),
        properties: Some(properties::<UpdateScript>(draft)?),
        script_params: parameters::<UpdateScript>(draft)?,
    };
    let reply = client.call(&ask).await?;
    let summary = format!(
        "script {} changed{}",
        draft.name,
        approval(draft.reviewers.is_empty())
    );
    Ok(Receipt::new(
        summary,
        reply.request_id,
        concerned(account, Some(id)),
    ))
}

/// Deletes a script.
pub async fn delete(
    client: &Client,
    account: &AccountId,
    id: &ScriptId,
    name: &SafeText,
) -> Result<Receipt, ApiError> {
    let ask = DeleteScript {
        script_uuid: id.raw().to_owned(),
    };
    let reply = client.call(&ask).await?;
    // What it said is out of date, but asking for it again would only find that it is gone.
    Ok(Receipt::new(
        format!("script {} deleted", name.raw()),
        reply.request_id,
        concerned(account, None),
    ))
}

fn approval(free: bool) -> &'static str {
    if free { "" } else { ", waits for approval" }
}

/// What is out of date after a script was written.
fn concerned(account: &AccountId, id: Option<&ScriptId>) -> Vec<Query> {
    let mut queries = vec![Query::Scripts(account.clone())];
    queries.extend(id.map(|id| Query::Script(account.clone(), id.clone())));
    queries
}

fn risk_level(risk: Risk) -> RiskLevel {
    match risk {
        Risk::Low => RiskLevel::Low,
        Risk::Medium => RiskLevel::Medium,
        Risk::High => RiskLevel::High,
    }
}

fn properties<O: Operation>(draft: &Draft) -> Result<ScriptProperties, ApiError> {
    let reviewers = draft.reviewers.iter().map(|reviewer| Reviewer {
        reviewer_name: reviewer.name.clone(),
        reviewer_id: reviewer.id.clone(),
    });
    Ok(ScriptProperties {
        risk_level: risk_level(draft.risk),
        version: draft.version.clone(),
        reviewers: reviewers.collect(),
        protocol: draft
            .protocol
            .as_deref()
            .map(chosen::<O, Protocol>)
            .transpose()?,
    })
}

/// The parameters, counted from 1. A secret that nobody has given stops everything: the asterisks that are read for it
/// must not be written back (huawei-coc.md, 10.5).
fn parameters<O: Operation>(draft: &Draft) -> Result<Vec<ScriptParameter>, ApiError> {
    let parameter = |(param, place): (&DraftParam, i64)| {
        let value = param.value.clone().ok_or_else(|| {
            let words = format!("the secret {} has to be given again", param.name);
            ApiError::new(Class::Invalid, SystemId::HuaweiCoc, O::ID, words)
        })?;
        Ok(ScriptParameter {
            param_name: param.name.clone(),
            param_value: value,
            param_description: param.description.clone(),
            param_order: place,
            sensitive: param.sensitive,
        })
    };
    draft.params.iter().zip(1..).map(parameter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::draft::{LANGUAGES, PROTOCOLS};

    #[test]
    fn every_word_of_a_draft_is_one_of_the_service() {
        for (word, _) in LANGUAGES {
            assert!(chosen::<CreateScript, ScriptType>(word).is_ok(), "{word}");
        }
        for word in PROTOCOLS {
            assert!(chosen::<CreateScript, Protocol>(word).is_ok(), "{word}");
        }
        assert!(chosen::<CreateScript, ScriptType>("PERL").is_err());
    }

    #[test]
    fn parameters_count_from_one_and_an_ungiven_secret_is_never_sent() {
        let param = |name: &str, value: Option<&str>| DraftParam {
            name: name.to_owned(),
            value: value.map(str::to_owned),
            description: String::new(),
            sensitive: name == "token",
        };
        let mut draft = Draft {
            params: vec![param("a", Some("1")), param("token", Some("s"))],
            ..Draft::new()
        };
        let sent = parameters::<CreateScript>(&draft).unwrap();
        assert_eq!((sent[0].param_order, sent[1].param_order), (1, 2));
        draft.params[1].value = None;
        let refused = parameters::<CreateScript>(&draft).unwrap_err();
        assert!(refused.message.raw().contains("token"));
    }
}
