//! Refresh Cache over the wire: whatever the listing does, no device is lost.

use sunset::domain::refresh::Refresh;
use sunset::domain::status::DeviceStatus;
use sunset::server::Scoped;
use sunset::server::simulator::fault::{Fault, FaultRule};

use super::{DEVICES, on_each_google};
use crate::support::{Console, device};

async fn refresh(console: &Console) -> Refresh {
    let operator = Scoped::at_this_computer();
    let state = console.app.refresher.run(&operator).await.unwrap();
    state.last.unwrap()
}

#[tokio::test]
async fn every_device_is_read_page_by_page_as_it_is() {
    on_each_google(async |console, google| {
        let devices = console.devices().await;
        assert_eq!(devices.len(), DEVICES as usize);
        for (number, known) in devices.iter().enumerate() {
            assert_eq!(known.directory, device(number as u32));
        }
        assert_eq!(google.simulator.ledger().requests_of("list"), 2);
    })
    .await;
}

#[tokio::test]
async fn a_listing_that_ends_early_or_repeats_loses_no_device() {
    on_each_google(async |console, google| {
        google.simulator.put(device(DEVICES));
        let list = |fault| FaultRule::once("list", fault);
        google.simulator.set(|it| it.page_cap = 20);
        for fault in [
            list(Fault::ListingEnds),
            list(Fault::ListingEnds).skip(3),
            list(Fault::PageRepeated).skip(2),
            list(Fault::ListingEnds).times(0),
        ] {
            google.simulator.will(fault.clone());
            let last = refresh(console).await;
            google.simulator.clear_faults();
            assert_eq!((last.gone, last.failure.as_str()), (0, ""), "{fault:?}");
        }
        assert_eq!(console.devices().await.len(), DEVICES as usize + 1);
    })
    .await;
}

#[tokio::test]
async fn a_page_token_that_goes_bad_is_tried_again() {
    on_each_google(async |console, google| {
        let rule = FaultRule::once("list", Fault::BadPageToken)
            .skip(1)
            .times(2);
        google.simulator.will(rule);
        let last = refresh(console).await;
        assert_eq!((last.read, last.failure.as_str()), (u64::from(DEVICES), ""));
    })
    .await;
}

#[tokio::test]
async fn a_refresh_that_fails_keeps_what_is_there_and_says_so() {
    on_each_google(async |console, google| {
        let rule = FaultRule::once("list", Fault::Forbidden).skip(1).times(0);
        google.simulator.will(rule);
        let last = refresh(console).await;
        assert!(
            last.failure.contains("Google rejected the request"),
            "{}",
            last.failure
        );
        google.simulator.clear_faults();

        google
            .simulator
            .will(FaultRule::once("list", Fault::CallLost).times(0));
        let last = refresh(console).await;
        assert_eq!(last.failure, "the directory did not answer.");
        assert_eq!(console.devices().await.len(), DEVICES as usize);
    })
    .await;
}

#[tokio::test]
async fn what_passes_by_itself_is_waited_for() {
    on_each_google(async |console, google| {
        for fault in [
            Fault::Unavailable,
            Fault::Internal,
            Fault::CallLost,
            Fault::AnswerTruncated,
            Fault::AnswerHtml,
            Fault::TokenExpired,
        ] {
            google.simulator.will(FaultRule::once("list", fault));
            let last = refresh(console).await;
            assert_eq!(last.failure, "", "{fault:?}");
        }
        google
            .simulator
            .will(FaultRule::once("list", Fault::UserRateLimit));
        assert_eq!(refresh(console).await.failure, "");
    })
    .await;
}

#[tokio::test]
async fn only_a_device_that_the_directory_does_not_have_is_marked_gone() {
    on_each_google(async |console, google| {
        google.simulator.remove(&device(7).device_id);
        let last = refresh(console).await;
        assert_eq!((last.gone, last.failure.as_str()), (1, ""));
        let known = console.store.device(&device(7).device_id).await.unwrap();
        assert!(known.unwrap().gone);
        google.simulator.put(device(7));
        assert_eq!(refresh(console).await.changed, 1);
    })
    .await;
}

#[tokio::test]
async fn a_status_that_nobody_has_heard_of_is_kept() {
    on_each_google(async |console, google| {
        google
            .simulator
            .will(FaultRule::once("list", Fault::UnheardOfStatus));
        assert_eq!(refresh(console).await.failure, "");
        let known = console.store.device(&device(0).device_id).await.unwrap();
        let status = known.unwrap().directory.status;
        assert_eq!(status, DeviceStatus::Other("QUARANTINED".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_directory_that_was_never_read_is_read_when_the_server_starts() {
    crate::support::on_each_database(async |console| {
        let google = super::Google::start((0..30).map(device)).await;
        let directory = google.connect(&console.store);
        let console = console.over_remote(Some(directory), crate::support::NO_GRACE);
        console
            .run_jobs_until(async || console.devices().await.len() == 30)
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_listing_of_a_part_is_never_taken_for_the_whole() {
    crate::support::on_each_database(async |console| {
        let google = super::Google::start((0..100).map(device)).await;
        let directory = google.connect(&console.store);
        let console = console.over_remote(Some(directory), crate::support::NO_GRACE);
        google.simulator.set(|it| it.page_cap = 20);
        let ends = FaultRule::once("list", Fault::ListingEnds);

        google.simulator.will(ends.clone().times(0));
        let part = refresh(&console).await;
        let why = "the directory counts 100 devices and lists only 20.";
        assert_eq!((part.read, part.failure.as_str()), (40, why));
        let state = console.store.cache_state().await.unwrap();
        assert_eq!(state.complete_as_of, None);
        assert_eq!(console.devices().await.len(), 20, "what was read is there");

        // Where it does not count either, one listing is not believed.
        google.simulator.clear_faults();
        google.simulator.will(ends);
        let uncounted = FaultRule::once("countChromeOsDevices", Fault::Forbidden);
        google.simulator.will(uncounted.times(0));
        assert_eq!(refresh(&console).await.failure, "");
        assert_eq!(console.devices().await.len(), 100);
    })
    .await;
}
