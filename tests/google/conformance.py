"""Drives a simulated directory with Google's own client, and holds every answer
against the schemas of the discovery document that the client brings along.

The one argument is where the simulator answers. What is not as it should be ends it
with an exception; nothing is printed when all is well.
"""

import json
import sys
import time
import urllib.request

import httplib2
from google.oauth2 import service_account
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build
from googleapiclient.discovery_cache import DISCOVERY_DOC_MAX_AGE  # noqa: F401
from googleapiclient.discovery_cache import get_static_doc
from googleapiclient.errors import HttpError
from jsonschema import Draft202012Validator, FormatChecker

ROOT = sys.argv[1]
BASE = "https://www.googleapis.com/auth/admin.directory."
WRITE = BASE + "device.chromeos"
READ = BASE + "device.chromeos.readonly"
ORG_UNITS = BASE + "orgunit.readonly"
RETIRE = "DEPROVISION_REASON_RETIRING_DEVICE"
ACTION = "CHANGE_CHROME_OS_DEVICE_STATUS_ACTION_"
CUSTOMER = {"customerId": "my_customer"}

DOCUMENT = json.loads(get_static_doc("admin", "directory_v1"))


def strict(schema):
    """A schema of the document as JSON Schema that allows no field it does not name."""
    schema = {key: value for key, value in schema.items() if key not in ("id", "description", "annotations", "required")}
    if "$ref" in schema:
        return {"$ref": "#/$defs/" + schema["$ref"]}
    if schema.pop("format", None) in ("int64", "uint64"):
        schema["pattern"] = r"^-?\d+$"
    if schema.get("type") == "any":
        return {}
    if "items" in schema:
        schema["items"] = strict(schema["items"])
    if "properties" in schema:
        schema["properties"] = {name: strict(inner) for name, inner in schema["properties"].items()}
        schema["additionalProperties"] = False
    return {key: value for key, value in schema.items() if key in ("type", "items", "properties", "additionalProperties", "enum", "pattern")}


DEFINITIONS = {name: strict(schema) for name, schema in DOCUMENT["schemas"].items()}


def conforms(answer, schema):
    validator = Draft202012Validator({"$defs": DEFINITIONS, "$ref": "#/$defs/" + schema}, format_checker=FormatChecker())
    validator.validate(answer)
    return answer


def control(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(ROOT + "/control/" + path, data, method=method)
    request.add_header("content-type", "application/json")
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
    return json.loads(text) if text else None


KEY = control("GET", "key")


def client(*scopes, subject="admin@school.example"):
    credentials = service_account.Credentials.from_service_account_info(KEY, scopes=list(scopes), subject=subject)
    http = AuthorizedHttp(credentials, http=httplib2.Http(timeout=10))
    return build("admin", "directory_v1", http=http, static_discovery=True, client_options={"api_endpoint": ROOT})


def refused(call, code, reason):
    """The call is refused with this code and reason, in Google's envelope."""
    try:
        call.execute()
    except HttpError as error:
        told = json.loads(error.content)["error"]
        assert error.status_code == code == told["code"], (error.status_code, told)
        assert told["errors"][0]["reason"] == reason, told
        assert told["message"], told
        return told
    raise AssertionError(f"not refused with {code} {reason}")


def listing(devices, **asked):
    """All devices of a listing, page by page, as the client pages."""
    found = []
    request = devices.list(**CUSTOMER, **asked)
    while request is not None:
        page = conforms(request.execute(), "ChromeOsDevices")
        found += page.get("chromeosdevices", [])
        request = devices.list_next(request, page)
    return found


def batch(service, ids, action, reason=None):
    body = {"deviceIds": ids, "changeChromeOsDeviceStatusAction": ACTION + action}
    if reason:
        body["deprovisionReason"] = reason
    return service.customer().devices().chromeos().batchChangeStatus(**CUSTOMER, body=body)


def outcomes(answer):
    conforms(answer, "BatchChangeChromeOsDeviceStatusResponse")
    results = answer["changeChromeOsDeviceStatusResults"]
    return {result["deviceId"]: result.get("error", {}).get("code", 0) for result in results}


def check_reading(service):
    devices = service.chromeosdevices()
    fleet = listing(devices, projection="FULL", maxResults=300)
    ids = [device["deviceId"] for device in fleet]
    assert len(ids) == len(set(ids)) == 250, len(ids)
    first = devices.list(**CUSTOMER, maxResults=300).execute()
    assert len(first["chromeosdevices"]) == 100, "a page is shorter than asked for"
    assert "model" not in first["chromeosdevices"][0], "BASIC is less than FULL"

    masked = devices.list(**CUSTOMER, fields="nextPageToken,chromeosdevices(deviceId,status)").execute()
    assert set(masked) == {"nextPageToken", "chromeosdevices"}
    assert all(set(device) == {"deviceId", "status"} for device in masked["chromeosdevices"])

    one = conforms(devices.get(**CUSTOMER, deviceId=ids[0], projection="FULL").execute(), "ChromeOsDevice")
    assert one == next(device for device in fleet if device["deviceId"] == ids[0])
    refused(devices.get(**CUSTOMER, deviceId="no-such-device"), 404, "notFound")
    refused(devices.get(customerId="C0other", deviceId=ids[0]), 404, "notFound")
    refused(devices.list(**CUSTOMER, pageToken="stale"), 400, "invalid")

    # A serial matches by its beginning; what is not understood matches everything.
    serial = one["serialNumber"]
    by_prefix = listing(devices, query="id:" + serial[:3])
    assert 1 <= len(by_prefix) and all(device["serialNumber"].startswith(serial[:3]) for device in by_prefix)
    assert len(listing(devices, query="serial=" + serial)) == 250
    provisioned = listing(devices, query="status:provisioned")
    assert provisioned and all(device["status"] == "ACTIVE" for device in provisioned)

    in_unit = listing(devices, orgUnitPath=one["orgUnitPath"].lstrip("/"), projection="FULL")
    assert all(device["orgUnitPath"] == one["orgUnitPath"] for device in in_unit)
    by_id = listing(devices, orgUnitPath=one["orgUnitId"], projection="FULL")
    assert by_id == in_unit
    top = "/" + one["orgUnitPath"].split("/")[1]
    below = listing(devices, orgUnitPath=top, includeChildOrgunits=True, projection="FULL")
    assert len(in_unit) <= len(below) and all((device["orgUnitPath"] + "/").startswith(top + "/") for device in below)

    ordered = listing(devices, orderBy="serialNumber", sortOrder="DESCENDING")
    serials = [device["serialNumber"] for device in ordered]
    assert serials == sorted(serials, reverse=True)

    chromeos = service.customer().devices().chromeos()
    for asked in ({}, {"filter": "status:provisioned"}):
        count = conforms(chromeos.countChromeOsDevices(**CUSTOMER, **asked).execute(), "CountChromeOsDevicesResponse")
        assert int(count["count"]) == (len(provisioned) if asked else 250)

    units = conforms(service.orgunits().list(**CUSTOMER, type="all").execute(), "OrgUnits")
    paths = {unit["orgUnitPath"]: unit["orgUnitId"] for unit in units["organizationUnits"]}
    assert paths[one["orgUnitPath"]] == "id:" + one["orgUnitId"]
    children = service.orgunits().list(**CUSTOMER, orgUnitPath=top, type="children").execute()
    assert all(unit["parentOrgUnitPath"] == top for unit in children.get("organizationUnits", []))
    return fleet


def check_changing(service, fleet):
    devices = service.chromeosdevices()
    active = [device["deviceId"] for device in fleet if device["status"] == "ACTIVE"]
    gone = next(device["deviceId"] for device in fleet if device["status"] == "DEPROVISIONED")

    answer = batch(service, [active[0], gone, "no-such-device"], "DEPROVISION", RETIRE).execute()
    assert outcomes(answer) == {active[0]: 0, gone: 9, "no-such-device": 5}
    after = devices.get(**CUSTOMER, deviceId=active[0], projection="FULL").execute()
    assert (after["status"], after["deprovisionReason"]) == ("DEPROVISIONED", RETIRE)
    assert after["lastDeprovisionTimestamp"]

    assert outcomes(batch(service, active[1:2], "DISABLE").execute()) == {active[1]: 0}
    assert outcomes(batch(service, active[1:2], "DISABLE").execute()) == {active[1]: 9}
    assert outcomes(batch(service, active[1:3], "REENABLE").execute()) == {active[1]: 0, active[2]: 9}

    refused(batch(service, active[3:54], "DEPROVISION", RETIRE), 400, "invalid")
    refused(batch(service, active[3:4], "DEPROVISION"), 400, "invalid")
    refused(batch(service, active[3:4], "DISABLE", RETIRE), 400, "invalid")
    refused(batch(service, active[3:4], "DEPROVISION", "DEPROVISION_REASON_OTHER"), 400, "invalid")
    refused(batch(service, [], "DISABLE"), 400, "invalid")

    one = active[5]
    patched = devices.patch(**CUSTOMER, deviceId=one, body={"notes": "Cart 7", "annotatedUser": "a@b.example"}).execute()
    assert conforms(patched, "ChromeOsDevice")["notes"] == "Cart 7"
    updated = devices.update(**CUSTOMER, deviceId=one, projection="FULL", body={"annotatedAssetId": "00071"}).execute()
    assert conforms(updated, "ChromeOsDevice")["annotatedAssetId"] == "00071"
    refused(devices.patch(**CUSTOMER, deviceId=one, body={"notes": "x" * 501}), 400, "invalid")

    unit = next(device for device in fleet if device["orgUnitPath"] != updated["orgUnitPath"])
    path, number = unit["orgUnitPath"], unit["orgUnitId"]
    moved = {"deviceIds": [one, "no-such-device"]}
    assert not devices.moveDevicesToOu(**CUSTOMER, orgUnitPath=path, body=moved).execute()
    assert devices.get(**CUSTOMER, deviceId=one, projection="FULL").execute()["orgUnitId"] == number
    refused(devices.moveDevicesToOu(**CUSTOMER, orgUnitPath="/No/Such", body=moved), 400, "invalid")


def check_commands(service, fleet):
    device = next(device["deviceId"] for device in fleet if device["status"] == "ACTIVE" and device.get("lastSync"))
    control("POST", "devices/" + device, "sync")
    chromeos = service.customer().devices().chromeos()
    body = {"commandType": "REMOTE_POWERWASH"}
    issued = chromeos.issueCommand(**CUSTOMER, deviceId=device, body=body).execute()
    number = conforms(issued, "DirectoryChromeosdevicesIssueCommandResponse")["commandId"]
    asked = {**CUSTOMER, "deviceId": device, "commandId": number}
    seen = []
    while not seen or seen[-1] != "EXECUTED_BY_CLIENT":
        command = chromeos.commands().get(**asked).execute()
        conforms(command, "DirectoryChromeosdevicesCommand")
        seen.append(command["state"])
        assert len(seen) < 200, seen
        time.sleep(0.1)
    assert command["commandResult"]["result"] == "SUCCESS"
    refused(chromeos.issueCommand(**CUSTOMER, deviceId=device, body={"commandType": "EXPLODE"}), 400, "invalid")


def check_access(fleet):
    device = fleet[0]["deviceId"]
    reader = client(READ)
    reader.chromeosdevices().get(**CUSTOMER, deviceId=device).execute()
    refused(batch(reader, [device], "DISABLE"), 403, "insufficientPermissions")
    try:
        client("https://www.googleapis.com/auth/cloud-platform").chromeosdevices().list(**CUSTOMER).execute()
        raise AssertionError("a scope that was not delegated is granted")
    except Exception as error:
        assert "unauthorized_client" in str(error), error
    # The client gets a new token by itself when an old one is refused.
    control("POST", "faults", {"method": "get", "fault": "token-expired"})
    reader.chromeosdevices().get(**CUSTOMER, deviceId=device).execute()


def check_faults(service, fleet):
    devices = service.chromeosdevices()
    one = {**CUSTOMER, "deviceId": fleet[0]["deviceId"]}
    for fault, code, reason in [
        ("user-rate-limit", 403, "userRateLimitExceeded"),
        ("quota-exceeded", 403, "quotaExceeded"),
        ("rate-limit", 429, "rateLimitExceeded"),
        ("forbidden", 403, "forbidden"),
        ("internal", 500, "backendError"),
        ("account-delinquent", 412, "conditionNotMet"),
    ]:
        control("POST", "faults", {"method": "get", "fault": fault, "value": 7})
        refused(devices.get(**one), code, reason)
    devices.get(**one).execute()


def main():
    service = client(WRITE, ORG_UNITS)
    fleet = check_reading(service)
    check_access(fleet)
    check_faults(service, fleet)
    check_commands(service, fleet)
    check_changing(service, fleet)


main()
