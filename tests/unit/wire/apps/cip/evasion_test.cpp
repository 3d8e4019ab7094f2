// SPDX-License-Identifier: Apache-2.0
// Ways around an inspection of CIP that were found in engines in use: design 06, evasions 1 to 4.
#include "../enip/enip_talk.h"
#include "inspect_stream.h"

using namespace bulkhead;
using namespace bulkhead::test::enip;

TEST_CASE("cip evasion 1: a frame that is cut at any byte tells the same", "[wire][cip][evasion]") {
  const Bytes frames =
      rr_data(write_tag("Pump", 3), 1) + rr_data(multiple({read_tag("A"), write_tag("B", 4)}), 2);
  const std::string whole = told_of(frames, frames.size());
  CHECK(whole == "write_tag;multiple_service_packet;read_tag;write_tag;");
  for (size_t cut = 1; cut < frames.size(); ++cut) CHECK(told_of(frames, cut) == whole);
}

TEST_CASE("cip evasion 2: a packet of more than 255 parts is counted with 16 bits",
          "[wire][cip][evasion]") {
  Talk talk;
  const std::vector<Bytes> most(wire::cip::Session::kMostParts, read_tag("A"));
  std::vector<Bytes> parts(most.begin(), most.end());
  parts.back() = write_tag("Valve", 1);
  CHECK(talk.says(rr_data(multiple(parts))).ends_with("write_tag tag Valve = 1"));
  CHECK(talk.count == 257);
  parts.push_back(read_tag("A"));
  CHECK(talk.says(rr_data(multiple(parts))) == "multiple_service_packet clipped");
}

TEST_CASE("cip evasion 2: packets inside packets are read, to a bounded depth",
          "[wire][cip][evasion]") {
  Talk talk;
  Bytes nested = write_tag("Valve", 1);
  for (int i = 0; i < 3; ++i) nested = multiple({nested});
  CHECK(talk.says(rr_data(nested)) ==
        "multiple_service_packet; multiple_service_packet; multiple_service_packet; write_tag tag "
        "Valve = 1");
  CHECK(talk.says(rr_data(multiple({nested}))).find("too_deep") != std::string::npos);
}

TEST_CASE("cip evasion 2: offsets that fall, overlap, leave a gap or point outside are a fault",
          "[wire][cip][evasion]") {
  Talk talk;
  const auto with = [&](size_t first, size_t second) {
    const Bytes part = read_tag("AB");  // 10 bytes
    return talk.says(
        rr_data(request(0x0a, object(2, 1), le16(2) + le16(first) + le16(second) + part + part)));
  };
  CHECK(with(6, 14).starts_with("multiple_service_packet; read_tag"));
  CHECK(with(14, 6).find("bad_path") == 0);
  CHECK(with(6, 6).find("bad_path") == 0);
  CHECK(with(8, 14).find("bad_path") == 0);
  CHECK(with(6, 200).find("bad_path") == 0);
  CHECK(with(0, 14).find("bad_path") == 0);
}

TEST_CASE("cip evasion 3: a write inside a packet or a routed message is told as itself",
          "[wire][cip][evasion]") {
  Talk talk;
  CHECK(talk.says(rr_data(multiple({read_tag("A"), write_tag("Valve", 1)}))) ==
        "multiple_service_packet; read_tag tag A; write_tag tag Valve = 1");
  CHECK(talk.says(rr_data(routed(write_tag("Valve", 1), slot(0)))) == "write_tag @1 tag Valve = 1");
  CHECK(talk.says(rr_data(routed(multiple({write_tag("Valve", 1)}), slot(3)))) ==
        "multiple_service_packet @4; write_tag @4 tag Valve = 1");
  CHECK(talk.says(rr_data(multiple({routed(write_tag("Valve", 1), slot(3))}))) ==
        "multiple_service_packet; write_tag @4 tag Valve = 1");
}

TEST_CASE("cip evasion 3: a route past the allowed hop is another unit (CVE-2024-6242)",
          "[wire][cip][evasion]") {
  Talk talk;
  const Bytes write = write_tag("Valve", 1);
  CHECK(talk.says(rr_data(routed(write, slot(2) + slot(0)))) == "write_tag @257 tag Valve = 1");
  CHECK(talk.says(rr_data(routed(routed(write, slot(0)), slot(2)))) ==
        "write_tag @257 tag Valve = 1");
  CHECK(talk.says(rr_data(routed(write, {0x12, 4, '1', '.', '2', '3'}))) ==
        "write_tag @257 tag Valve = 1");
}

TEST_CASE("cip evasion 3: only ports may be on a route", "[wire][cip][evasion]") {
  Talk talk;
  CHECK(talk.says(rr_data(routed(read_tag("A"), object(0x6b, 1)))).find("bad_path") !=
        std::string::npos);
}

TEST_CASE("cip evasion 4: a tag by name in either form is the same point, and by instance another",
          "[wire][cip][evasion]") {
  Talk talk;
  const Bytes value = le16(0xc4) + le16(1) + le32(5);
  CHECK(talk.says(rr_data(request(0x4d, symbol("Valve"), value))) == "write_tag tag Valve = 5");
  CHECK(talk.says(rr_data(request(0x4d, {0x65, 'V', 'a', 'l', 'v', 'e'}, value))) ==
        "write_tag tag Valve = 5");
  CHECK(talk.says(rr_data(request(0x4d, {0x20, 0x6b, 0x25, 0, 9, 0}, value))) ==
        "write_tag cip_object 107/9 = 5");
}

TEST_CASE("cip evasion 4: a name and an object in one path are both points",
          "[wire][cip][evasion]") {
  Talk talk;
  CHECK(talk.says(rr_data(request(0x4d, symbol("Program:M") + object(0x6b, 9),
                                  le16(0xc2) + le16(1) + Bytes{5, 0}))) ==
        "write_tag cip_object 107/9 tag Program:M = 5");
  CHECK(talk.says(rr_data(request(0x4d, object(0x6b, 9) + symbol("Valve"),
                                  le16(0xc2) + le16(1) + Bytes{5, 0}))) ==
        "write_tag clipped cip_object 107/9 tag Valve = 5");
}

TEST_CASE("cip evasion: several elements are of the whole array", "[wire][cip][evasion]") {
  Talk talk;
  const Bytes element = symbol("Arr") + Bytes{0x28, 3};
  CHECK(talk.says(rr_data(request(0x4c, element, le16(1)))) == "read_tag tag Arr[3]");
  CHECK(talk.says(rr_data(request(0x4c, element, le16(2)))) == "read_tag tag Arr");
  CHECK(talk.says(rr_data(request(0x53, element, le16(0xc4) + le16(1) + le32(64) + le32(1)))) ==
        "write_tag_fragmented tag Arr = 1");
}

TEST_CASE("cip evasion: a tag's service is not another's because a class stands behind the tag",
          "[wire][cip][evasion]") {
  Talk talk;
  // 0x4e closes a connection of the connection manager, and changes bits of a tag.
  (void)talk.says(
      rr_data(request(0x4e, symbol("Valve") + object(6, 1), Bytes{10, 5} + kTriad + Bytes{0, 0})));
  CHECK(talk.operation.cls == wire::OperationClass::kUnspecified);
  CHECK(talk.says(rr_data(request(0x52, object(6, 2), Bytes{10, 5, 2, 0, 1, 0, 0, 0})))
            .find("bad_path") == 0);
}

TEST_CASE("cip evasion: an object within another that has none inside is of no known service",
          "[wire][cip][evasion]") {
  Talk talk;
  (void)talk.says(rr_data(request(0x4c, object(0xa1, 1) + object(0x6b, 1), le16(1))));
  CHECK(talk.operation.cls == wire::OperationClass::kUnspecified);
  (void)talk.says(rr_data(request(0x4b, object(0x8e, 1) + object(0x74, 1), {1})));
  CHECK(talk.operation.name == "lock_controller");
}
