// SPDX-License-Identifier: Apache-2.0
#include "telemetry/drop_reason.h"

#include <catch2/catch.hpp>
#include <set>

#include "telemetry/event.h"

namespace bulkhead {

TEST_CASE("drop reasons: every one, has its own name, a stage and a sentence", "[telemetry]") {
  std::set<std::string_view> names;
  for (unsigned i = 0; i < kDropReasonCount; ++i) {
    const auto reason = static_cast<DropReason>(i);
    REQUIRE(names.insert(to_string(reason)).second);
    REQUIRE_FALSE(sentence_of(reason).empty());
    REQUIRE(stage_of(reason).empty() == (reason == DropReason::kNone));
  }
}

TEST_CASE("drop reasons: known ones, have the names and techniques of the list", "[telemetry]") {
  REQUIRE(to_string(DropReason::kNone) == "none");
  REQUIRE(to_string(DropReason::kNoRelationship) == "no_relationship");
  REQUIRE(stage_of(DropReason::kReplay) == "decrypt");
  REQUIRE(technique_of(DropReason::kValueOutOfRange) == 836);
  REQUIRE(technique_of(DropReason::kReplay) == 830);
  REQUIRE(technique_of(DropReason::kBadChecksum) == 0);
}

// A new reason gets its technique, or its row in docs/evidence.md and here.
TEST_CASE("drop reasons: those without a technique, are the ones that the documents explain",
          "[telemetry]") {
  const std::set<std::string_view> ordinary = {
      "none",     "arp_consumed", "exception_path", "not_for_us", "unknown_ethertype",
      "flow_cut", "stream_gap",   "tx_full",        "keepalive",  "dummy_packet"};  // no event
  const std::set<std::string_view> explained = {"malformed_frame",
                                                "malformed_ip",
                                                "malformed_transport",
                                                "bad_checksum",
                                                "segmented_buffer",
                                                "ip_fragment",
                                                "hop_limit",
                                                "tcp_state",
                                                "icmp_unrelated",
                                                "no_sa",
                                                "stale_epoch",
                                                "bad_inner",
                                                "reassembly_timeout",
                                                "no_policy",
                                                "no_peer",
                                                "lane_exhausted",
                                                "crypto_error",
                                                "mtu",
                                                "no_zone_port",
                                                "handover_full",
                                                "fragment_room"};
  for (unsigned i = 0; i < kDropReasonCount; ++i) {
    const auto reason = static_cast<DropReason>(i);
    const std::string_view name = to_string(reason);
    CAPTURE(name);
    const bool without = ordinary.contains(name) || explained.contains(name);
    REQUIRE(without == (technique_of(reason) == 0));
  }
}

TEST_CASE("drop reasons: a byte that is none, is named unknown", "[telemetry]") {
  for (unsigned i = kDropReasonCount; i < 256; ++i)
    REQUIRE(to_string(static_cast<DropReason>(i)) == "unknown");
}

TEST_CASE("events: every kind, has a name; other bytes are unspecified", "[telemetry]") {
  using telemetry::EventKind;
  REQUIRE(telemetry::to_string(EventKind::kDropped) == "dropped");
  REQUIRE(telemetry::to_string(EventKind::kMonitored) == "monitored");
  REQUIRE(telemetry::to_string(EventKind::kFlowEnded) == "flow_ended");
  REQUIRE(telemetry::to_string(static_cast<EventKind>(200)) == "unspecified");
}

}  // namespace bulkhead
