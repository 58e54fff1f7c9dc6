//! Files in which a device comes more than once.

use crate::import::{ID_A, ID_B, counts, device, directory, reasons, take};
use crate::support::{Console, on_each_database};

#[tokio::test]
async fn of_rows_that_contradict_each_other_none_is_taken() {
    on_each_database(async |console: Console| {
        let store = &console.store;
        take(store, format!("deviceId,serial,notes\n{ID_A},ABC123,old\n")).await;
        // The second follows a thousand rows later: the first was written by then.
        let mut file = "serial,notes\nABC123,x\n".to_owned();
        for n in 0..1_000 {
            file.push_str(&format!("SN{n:06},x\n"));
        }
        file.push_str("ABC123,y\nABC123,x\n");
        let report = take(store, file).await;
        assert_eq!(
            reasons(&report),
            [
                "2: it says something else of its device than row 1003 does",
                "1003: it says something else of its device than row 2 does",
                "1004: it says something else of its device than row 1003 does",
            ]
        );
        assert_eq!((report.added, report.changed), (1_000, 0));
        assert_eq!(device(store, "ABC123").await.notes, "old");

        // One names the device by its id, the other by its serial number.
        let file = format!("deviceId,serial,notes\n{ID_A},,x\n,ABC123,y\n");
        assert_eq!(counts(&take(store, file).await), [0, 0, 0, 2]);
        assert_eq!(device(store, "ABC123").await.notes, "old");
    })
    .await;
}

#[tokio::test]
async fn further_rows_that_say_the_same_of_a_device_are_no_contradiction() {
    on_each_database(async |console: Console| {
        let store = &console.store;
        let file = format!(
            "deviceId,serial,notes\n{ID_A},ABC123,x\n,abc123,x\n{ID_A},ABC123,x\n{ID_A},,\n"
        );
        let report = take(store, file).await;
        assert_eq!((counts(&report), report.repeated), ([1, 0, 0, 0], 3));
        let file = format!("deviceId,serial,notes\n{ID_A},,y\n,ABC123,y\n");
        let report = take(store, file).await;
        assert_eq!((counts(&report), report.repeated), ([0, 1, 0, 0], 1));
    })
    .await;
}

#[tokio::test]
async fn a_serial_number_of_two_devices_is_taken_for_neither() {
    on_each_database(async |console: Console| {
        let file = format!("deviceId,serial\n{ID_A},ABC123\n{ID_B},ABC123\n");
        let report = take(&console.store, file).await;
        assert_eq!(
            reasons(&report),
            [
                "2: row 3 gives the serial number ABC123 to another device id",
                "3: row 2 gives the serial number ABC123 to another device id",
            ]
        );
        assert!(directory(&console.store).await.is_empty());
    })
    .await;
}
