// SPDX-License-Identifier: Apache-2.0
#include "server/event_json.h"

#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>

#include <catch2/catch.hpp>

#include "server/event_message.h"
#include "telemetry/drop_reason.h"

namespace bulkhead::control {

namespace {

using google::protobuf::util::JsonStringToMessage;
using google::protobuf::util::MessageDifferencer;

ResolvedEvent refused() {
  ResolvedEvent event;
  event.id = 17;
  event.source = "hmi-3";
  event.record.wall_ns = 1'796'000'000'000'000'000;
  event.record.kind = static_cast<uint8_t>(telemetry::EventKind::kDropped);
  event.record.reason = static_cast<uint8_t>(DropReason::kOperationDenied);
  event.record.technique = 855;
  event.record.sample = {0xff, 0x00, 0x0a};
  event.record.sample_length = 3;
  return event;
}

}  // namespace

TEST_CASE("event json: it is the API's event again, on one line", "[control][export]") {
  ResolvedEvent event = refused();
  event.what = "tag \"a\\b\"\n\r\t\x01 | = \xe2\x82\xac \xe2\x80\xa8";
  const std::string text = event_json(event);
  REQUIRE(text.find_first_of("\n\r") == std::string::npos);
  v1::Event said, read;
  fill(said, event);
  REQUIRE(JsonStringToMessage(text, &read).ok());
  REQUIRE(MessageDifferencer::Equals(said, read));
  REQUIRE_THAT(text, Catch::Contains("\"technique\":\"T0855\"") &&
                         Catch::Contains("\"reason\":\"operation_denied\"") &&
                         Catch::Contains("\"sample\":\"/wAK\""));
}

TEST_CASE(
    "event json: an event without a technique has the key, and bytes that are no UTF-8 do not "
    "break the line",
    "[control][export]") {
  ResolvedEvent event = refused();
  event.record.technique = 0;
  event.what = "a\xff\xc0\xaf z";
  const std::string text = event_json(event);
  v1::Event read;
  REQUIRE(JsonStringToMessage(text, &read).ok());
  REQUIRE(read.what() == "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd z");
  REQUIRE_THAT(text, Catch::Contains("\"technique\":\"\""));
}

}  // namespace bulkhead::control
