// SPDX-License-Identifier: Apache-2.0
// TPKT and COTP: sizes, what is refused, and TSDUs over several TPDUs.
#include "wire/apps/iso/cotp.h"

#include <catch2/catch.hpp>
#include <vector>

using namespace bulkhead::wire;
using namespace bulkhead::wire::iso;
using Bytes = std::vector<uint8_t>;

TEST_CASE("tpkt: the size is known from four bytes on", "[iso]") {
  CHECK(tpkt_size(Bytes{}).missing() == 4);
  CHECK(tpkt_size(Bytes{3, 0, 0}).missing() == 1);
  CHECK(*tpkt_size(Bytes{3, 0, 1, 2}) == 258);
  CHECK(tpkt_size(Bytes{4}).fault() == Fault{FaultKind::kBadMarker, 0});
  CHECK(tpkt_size(Bytes{3, 0, 0, 6}).fault() == Fault{FaultKind::kBadLength, 2});
}

TEST_CASE("cotp: a data TPDU says whether the TSDU ends with it", "[iso]") {
  Tpdu out;
  const Bytes last{3, 0, 0, 9, 2, 0xf0, 0x80, 0x32, 1};
  REQUIRE(parse_tpkt(last, out) == Fault{});
  CHECK(out.last);
  CHECK(out.user_data.size() == 2);
  CHECK(out.user_data_at == 7);
  const Bytes first{3, 0, 0, 8, 2, 0xf0, 0x00, 0x32};
  REQUIRE(parse_tpkt(first, out) == Fault{});
  CHECK_FALSE(out.last);
}

TEST_CASE("cotp: what class 0 forbids is a fault", "[iso]") {
  Tpdu out;
  CHECK(parse_tpkt(Bytes{3, 0, 0, 7, 2, 0xf0, 0x81}, out) == Fault{FaultKind::kBadValue, 6});
  CHECK(parse_tpkt(Bytes{3, 0, 0, 8, 3, 0xf0, 0x80, 0}, out).kind == FaultKind::kBadHeaderLength);
  CHECK(parse_tpkt(Bytes{3, 0, 0, 7, 9, 0xf0, 0x80}, out).kind == FaultKind::kBadHeaderLength);
  CHECK(parse_tpkt(Bytes{3, 0, 0, 7, 2, 0x30, 0x80}, out).kind == FaultKind::kBadType);
}

TEST_CASE("cotp: a connection request names both TSAPs", "[iso]") {
  Tpdu out;
  const Bytes request{3,    0, 0,  22,   17, 0xe0, 0, 0,    0, 1, 0,
                      0xc0, 1, 10, 0xc1, 2,  1,    0, 0xc2, 2, 1, 2};
  REQUIRE(parse_tpkt(request, out) == Fault{});
  CHECK(out.type == TpduType::kConnectionRequest);
  CHECK(Bytes(out.calling_tsap.begin(), out.calling_tsap.end()) == Bytes{1, 0});
  CHECK(Bytes(out.called_tsap.begin(), out.called_tsap.end()) == Bytes{1, 2});
  Bytes cut = request;
  cut[19] = 9;
  CHECK(parse_tpkt(cut, out) == Fault{FaultKind::kBadLength, 18});
}

TEST_CASE("cotp: a TSDU over several TPDUs is joined, one too long is forgotten", "[iso]") {
  TsduAssembly assembly;
  Tpdu out;
  const Bytes first{3, 0, 0, 8, 2, 0xf0, 0x00, 0x32}, last{3, 0, 0, 8, 2, 0xf0, 0x80, 0x01};
  REQUIRE(parse_tpkt(first, out) == Fault{});
  CHECK(assembly.add(out).need_more());
  CHECK(assembly.pending());
  REQUIRE(parse_tpkt(last, out) == Fault{});
  const auto whole = assembly.add(out);
  REQUIRE(whole.ok());
  CHECK(Bytes(whole->begin(), whole->end()) == Bytes{0x32, 0x01});
  CHECK_FALSE(assembly.pending());

  const Bytes most(TsduAssembly::kMaxTsdu, 0);
  out.last = false;
  out.user_data = most;
  CHECK(assembly.add(out).need_more());
  CHECK(assembly.add(out).fault().kind == FaultKind::kTooLong);
  CHECK_FALSE(assembly.pending());
}
