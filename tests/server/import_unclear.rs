//! Where a file leaves it in doubt what it means: nothing is made up, and nothing is lost.

use std::io::Cursor;

use sunset::server::import::import;

use crate::import::{counts, directory, take};
use crate::support::{Console, on_each_database};

#[tokio::test]
async fn a_row_that_may_say_another_status_makes_no_active_device() {
    on_each_database(async |console: Console| {
        for text in [
            "Serial Number,Status,Google Status\nAAA00001,,DEPROVISIONED\n",
            "Asset status,Serial Number,Status\nDeployed,AAA00001,\n",
            "Serial Number,State,Room\nAAA00001,Deprovisioned,12\n",
            "Serial Number,Deprovision reason\nAAA00001,retiring_device\n",
            "Serial Number,Last deprovision\nAAA00001,2024-01-02\n",
        ] {
            let report = take(&console.store, text.as_bytes().to_vec()).await;
            assert_eq!(counts(&report)[0], 0, "{text}: {report}");
            assert_eq!(report.refused, 1, "{text}");
            assert!(
                report
                    .to_string()
                    .contains("may say that the device is not active"),
                "{report}"
            );
        }
        // The same beside a status of its own.
        let text = "Serial Number,Status,Google Status\nAAA00001,ACTIVE,DEPROVISIONED\n";
        let report = take(&console.store, text.as_bytes().to_vec()).await;
        assert_eq!(counts(&report)[0], 1, "{report}");
    })
    .await;
}

#[tokio::test]
async fn a_second_heading_of_another_order_ends_the_file() {
    on_each_database(async |console: Console| {
        let text = "Serial Number,Asset Tag,Model\nAAA00001,100235,HP\n\
                    Asset Tag,Serial Number,Model\n100236,AAA00002,HP\n";
        let file = || Ok(Cursor::new(text.as_bytes()));
        let message = import(&console.store, file, false).await;
        let message = message.unwrap_err().to_string();
        assert!(message.starts_with("Row 3 is another heading"), "{message}");
    })
    .await;
}

#[tokio::test]
async fn a_word_for_nothing_erases_nothing() {
    on_each_database(async |console: Console| {
        let header = "Serial Number,Asset ID,Model,License type,Last sync,Org unit\n";
        let known = "AAA00001,100235,HP 11,education,2026-01-02,/Lab\n";
        take(&console.store, format!("{header}{known}").into_bytes()).await;
        let before = directory(&console.store).await;
        for word in ["unknown", "N/A", "None", "-", "?"] {
            let row = format!("AAA00001,{word},{word},{word},{word},{word}\n");
            let report = take(&console.store, format!("{header}{row}").into_bytes()).await;
            assert_eq!(directory(&console.store).await, before, "{word}: {report}");
        }
        // A blank cell does, as it is documented.
        let row = "AAA00001,,HP 11,education,2026-01-02,/Lab\n";
        take(&console.store, format!("{header}{row}").into_bytes()).await;
        assert_eq!(directory(&console.store).await[0].asset_id, "");
    })
    .await;
}
