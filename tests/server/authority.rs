//! A database belongs to one directory.

use crate::support::{device, on_each_database, selection_of};

const EMBEDDED: &str = "the embedded directory";
const GOOGLE: &str = "Google's directory (my_customer of school.example)";

#[tokio::test]
async fn a_database_of_one_directory_is_not_used_with_another() {
    on_each_database(async |console| {
        console.app.claim(false).await.unwrap();
        console.app.claim(false).await.unwrap();
        let refusal = console.store.claim(GOOGLE, false).await.unwrap_err();
        assert_eq!(
            refusal.to_string(),
            format!(
                "The database belongs to {EMBEDDED}, and is not to be mixed with {GOOGLE}: name \
                 another with --database."
            )
        );
        console.app.claim(false).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_database_is_given_to_another_directory_when_its_jobs_are_over() {
    on_each_database(async |console| {
        console.app.claim(false).await.unwrap();
        console.fill((0..3).map(device)).await;
        let all = console.devices().await;
        let plan = console.plan(&selection_of(&all)).await.unwrap();
        console.execute(&plan).await.unwrap();
        let refusal = console.store.claim(GOOGLE, true).await.unwrap_err();
        assert!(refusal.to_string().ends_with("unfinished: 1 are."));

        console.run_jobs().await;
        console.store.claim(GOOGLE, true).await.unwrap();
        assert!(console.app.claim(false).await.is_err());
    })
    .await;
}
