//! What this server did over the last hour or day, for charts.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::{Administrator, Wanted};
use crate::api::rooms::{Queries, time};
use crate::api::{ApiError, Shared};
use crate::samples::{Sample, Span};

fn view(sample: &Sample) -> Value {
    json!({
        "at": time(sample.at),
        "people": sample.people,
        "rooms": sample.rooms,
        "bitrateIn": sample.bitrate_in_bps,
        "bitrateOut": sample.bitrate_out_bps,
        "lossIn": sample.loss_in,
        "lossOut": sample.loss_out,
        "joins": sample.joins,
        "failures": sample.failures,
    })
}

/// `GET /api/admin/samples/?span=hour|day`: the oldest first.
pub async fn read(State(api): Shared, _: Administrator, query: Queries) -> Result<Json<Value>, ApiError> {
    let span = match Wanted::read(query)?.text("span").as_deref() {
        None | Some("hour") => Span::Hour,
        Some("day") => Span::Day,
        Some(_) => return Err(ApiError::field("span", "hour or day.")),
    };
    let samples = api.calls.samples(span);
    Ok(Json(json!({
        "interval": span.interval().as_secs(),
        "samples": samples.iter().map(view).collect::<Vec<_>>(),
    })))
}
