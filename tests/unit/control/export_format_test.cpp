// SPDX-License-Identifier: Apache-2.0
// How an event looks when it leaves: CEF, syslog headers, and text that may hold anything.
#include <catch2/catch.hpp>
#include <regex>

#include "events/technique.h"
#include "export/cef.h"
#include "export/plain_text.h"
#include "export/syslog.h"
#include "telemetry/drop_reason.h"
#include "wire/apps/vocabulary.h"
#include "wire/protocol_numbers.h"

namespace bulkhead::control {

namespace {

ResolvedEvent refused_write() {
  ResolvedEvent event;
  event.id = 17;
  event.source = "hmi-3";
  event.destination = "plc-7";
  event.relationship = "hmi-operates-plc";
  event.what = "modbus write_single_register holding 10 = 5, unit 1";
  telemetry::EventRecord& record = event.record;
  record.wall_ns = 1'796'000'000'123'456'789;
  record.generation = 4;
  record.kind = static_cast<uint8_t>(telemetry::EventKind::kDropped);
  record.reason = static_cast<uint8_t>(DropReason::kOperationDenied);
  record.technique = 855;
  record.src = *parse_ip("10.30.0.11");
  record.dst = *parse_ip("10.30.0.70");
  record.src_port = 40000;
  record.dst_port = 502;
  record.src_mac = {0, 0x1d, 0x9c, 0, 0, 0x11};
  record.protocol = wire::ip_protocol::kTcp;
  record.app = static_cast<uint8_t>(wire::App::kModbus);
  record.operation_class = static_cast<uint8_t>(wire::OperationClass::kWrite);
  record.suppressed = 2;
  return event;
}

}  // namespace

TEST_CASE("cef: an event has its fields under the keys of the format", "[control][export]") {
  REQUIRE(cef(refused_write(), "gw-a") ==
          "CEF:0|Bulkhead|gateway|" BULKHEAD_VERSION
          "|operation_denied|no rule allows this operation on these points|7|rt=1796000000123 "
          "dvchost=gw-a externalId=17 act=dropped proto=TCP src=10.30.0.11 spt=40000 "
          "smac=00:1d:9c:00:00:11 shost=hmi-3 dst=10.30.0.70 dpt=502 dhost=plc-7 app=modbus "
          "cs1Label=relationship cs1=hmi-operates-plc cs4Label=technique cs4=T0855 "
          "cs5Label=techniqueName cs5=Unauthorized Command Message cn1Label=generation cn1=4 "
          "cnt=3 msg=modbus write_single_register holding 10 \\= 5, unit 1");
}

TEST_CASE("cef: IPv6 addresses have their own keys, and no technique is said so",
          "[control][export]") {
  ResolvedEvent event = refused_write();
  event.record.src = *parse_ip("2001:db8::11");
  event.record.dst = *parse_ip("2001:db8::70");
  event.record.technique = 0;
  const std::string text = cef(event, "gw-a");
  REQUIRE_THAT(text, Catch::Contains("c6a2Label=Source IPv6 Address c6a2=2001:db8::11 ") &&
                         Catch::Contains("c6a3=2001:db8::70 ") && Catch::Contains(" cs4=none ") &&
                         !Catch::Contains(" src=") && !Catch::Contains("cs5="));
}

TEST_CASE("cef: names cannot end a field, a line or the header", "[control][export]") {
  ResolvedEvent event = refused_write();
  event.relationship = "a|b=c\\d\ne\rf\x01g\x7f";
  event.what = "tag \"x\" =\n CEF:0|forged|\xff\xc0\xaf src=1.2.3.4";
  const std::string text = cef(event, "gw-a");
  REQUIRE_THAT(text, Catch::Contains("cs1=a|b\\=c\\\\d\\ne\\rf g  cs4Label="));
  REQUIRE_THAT(text, Catch::EndsWith("msg=tag \"x\" \\=\\n CEF:0|forged|\xef\xbf\xbd\xef\xbf\xbd"
                                     "\xef\xbf\xbd src\\=1.2.3.4"));
  REQUIRE(text.find('\n') == std::string::npos);
  REQUIRE(cef_header("a|b\\c\nd=e") == "a\\|b\\\\c d=e");
}

TEST_CASE("plain text: what is UTF-8 stays, each byte that is none is replaced",
          "[control][export]") {
  const std::string replaced = "\xef\xbf\xbd";
  REQUIRE(valid_utf8("pumpe \xc3\xbc \xe2\x82\xac \xf0\x9f\x94\xa7") ==
          "pumpe \xc3\xbc \xe2\x82\xac \xf0\x9f\x94\xa7");
  REQUIRE(valid_utf8("\xed\xa0\x80") == replaced + replaced + replaced);  // a surrogate
  REQUIRE(valid_utf8("\xe0\x80\xaf") == replaced + replaced + replaced);  // overlong
  REQUIRE(valid_utf8("\xf4\x90\x80\x80") ==
          replaced + replaced + replaced + replaced);             // beyond U+10FFFF
  REQUIRE(valid_utf8("a\xe2\x82") == "a" + replaced + replaced);  // cut
  REQUIRE(cef_value("\xc2\x85") == " ");                          // NEL, of C1
}

TEST_CASE("cef: a record of any numbers gives a line", "[control][export]") {
  ResolvedEvent event;
  event.record.wall_ns = INT64_MIN;
  event.record.kind = event.record.reason = event.record.app = event.record.point_type = 255;
  event.record.operation_class = event.record.fault = event.record.identified = 255;
  event.record.technique = 65535;
  event.record.limit.kind = static_cast<decltype(event.record.limit.kind)>(255);
  REQUIRE_THAT(cef(event, "gw-a"), Catch::Contains("|unspecified|") && Catch::Contains("|3|rt="));
  REQUIRE_THAT(rfc5424(event, {"gw-a", 1}, "m"), Catch::StartsWith("<134>1 1970-01-01T00:00:00"));
}

TEST_CASE("cef: severities are from 0 to 10, and a refused operation is above a scan",
          "[control][export]") {
  telemetry::EventRecord record;
  for (uint8_t i = 0; i < kDropReasonCount; ++i) {
    record.reason = i;
    CAPTURE(i);
    REQUIRE(severity_of(record) >= 0);
    REQUIRE(severity_of(record) <= 10);
  }
  record.reason = static_cast<uint8_t>(DropReason::kOperationDenied);
  const int denied = severity_of(record);
  record.reason = static_cast<uint8_t>(DropReason::kUnknownDestination);
  REQUIRE(denied > severity_of(record));
}

TEST_CASE("syslog: the header is RFC 5424's", "[control][export]") {
  REQUIRE(rfc5424(refused_write(), {"gw-a", 77}, "text") ==
          "<132>1 2026-11-30T00:53:20.123456Z gw-a bulkhead 77 operation_denied - text");
}

TEST_CASE("syslog: each reason is a MSGID", "[control][export]") {
  const std::regex msgid("[!-~]{1,32}");
  telemetry::EventRecord record;
  for (uint8_t i = 0; i < kDropReasonCount; ++i) {
    record.reason = i;
    REQUIRE(std::regex_match(std::string(signature_of(record)), msgid));
  }
}

TEST_CASE("syslog: this machine's own gets what the C library writes", "[control][export]") {
  const std::regex line("<132>[A-Z][a-z]{2} [ 1-3][0-9] [0-9:]{8} bulkhead\\[77\\]: text");
  REQUIRE(std::regex_match(local_syslog(refused_write(), {"gw-a", 77}, "text"), line));
}

}  // namespace bulkhead::control
