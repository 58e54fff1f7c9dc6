//! `customers.get`: the one customer there is.

use axum::Json;
use serde_json::{Value, json};

use super::CUSTOMER;

pub async fn get() -> Json<Value> {
    Json(json!({
        "kind": "admin#directory#customer",
        "etag": "\"customer\"",
        "id": CUSTOMER,
        "customerDomain": "school.example",
        "customerCreationTime": "2015-09-01T08:00:00.000Z",
        "alternateEmail": "owner@other.example",
        "language": "en",
        "phoneNumber": "",
        "postalAddress": { "countryCode": "US", "organizationName": "School" },
    }))
}
