// SPDX-License-Identifier: Apache-2.0
// Fragments in any order, number and contradiction against a slow model that keeps lists.
// Laws: every outcome is the model's, so overlapping bytes are never accepted; a whole packet is
// the first fragment's header and the payloads in order; the table holds no more than it says.
//
// Input: records of six bytes: lane, identification, offset in units of eight (little endian, two
// bytes), length in units of eight, and flags: 1 last, 2 options in the header, bits 2-3 time that
// passes before, bits 4-6 bytes added to the length.
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <vector>

#include "base/byte_order.h"
#include "law.h"
#include "table/reassembly.h"
#include "wire/ipv4_fragment.h"

using namespace bulkhead;
using namespace bulkhead::dataplane;
using Fate = ReassemblyTable::Fate;
using Bytes = std::vector<uint8_t>;

namespace {

constexpr size_t kRecord = 6;
constexpr std::array<uint64_t, 4> kPause{1, 1'000'000, 100'000'000, 600'000'000};
constexpr size_t kMostPayload = ReassemblyTable::kMaxPacket - 20;

struct Piece {
  size_t offset = 0;
  bool last = false;
  Bytes header, payload;
  [[nodiscard]] size_t end() const { return offset + payload.size(); }
};

struct Begun {
  uint64_t since = 0;
  bool condemned = false;
  std::vector<Piece> pieces;
};

using Key = std::pair<uint32_t, uint16_t>;  // lane, identification

class Model {
 public:
  Fate add(const Key& key, const Piece& piece, uint64_t now, Bytes& whole) {
    std::erase_if(
        begun_, [&](const auto& b) { return now - b.second.since >= ReassemblyTable::kTimeoutNs; });
    if (piece.payload.empty() || (!piece.last && piece.payload.size() % 8 != 0))
      return Fate::kMalformed;
    if (piece.end() > kMostPayload) return Fate::kTooLarge;
    if (!begun_.contains(key)) make_room(key.first);
    Begun& begun = begun_.try_emplace(key, Begun{now, false, {}}).first->second;
    begun.condemned = begun.condemned || contradicts(begun, piece);
    if (begun.condemned) return Fate::kOverlap;
    begun.pieces.push_back(piece);
    if (!complete(begun.pieces)) return Fate::kHeld;
    whole = joined(begun.pieces);
    begun_.erase(key);
    return whole.size() > ReassemblyTable::kMaxPacket ? Fate::kTooLarge : Fate::kWhole;
  }
  [[nodiscard]] size_t held() const { return begun_.size(); }

 private:
  static bool contradicts(const Begun& begun, const Piece& piece) {
    return std::any_of(begun.pieces.begin(), begun.pieces.end(), [&](const Piece& p) {
      const bool shared = p.offset < piece.end() && piece.offset < p.end();
      const bool behind =
          (p.last && piece.end() > p.end()) || (piece.last && p.end() > piece.end());
      return shared || behind || (p.last && piece.last);
    });
  }
  static bool complete(std::vector<Piece>& pieces) {
    std::ranges::sort(pieces, {}, &Piece::offset);
    size_t at = 0;
    for (const Piece& p : pieces) {
      if (p.offset != at) return false;
      at = p.end();
    }
    return pieces.back().last;
  }
  static Bytes joined(const std::vector<Piece>& pieces) {
    Bytes out = pieces.front().header;
    for (const Piece& p : pieces) out.insert(out.end(), p.payload.begin(), p.payload.end());
    wire::finish_ipv4_header(out, pieces.front().header.size(), 0);
    return out;
  }
  void make_room(uint32_t lane) {
    const auto of_lane = [&](const auto& b) { return b.first.first == lane; };
    const bool share =
        static_cast<size_t>(std::ranges::count_if(begun_, of_lane)) >= ReassemblyTable::kPerLane;
    if (!share && begun_.size() < ReassemblyTable::kContexts) return;
    auto oldest = begun_.end();
    for (auto b = begun_.begin(); b != begun_.end(); ++b)
      if ((!share || of_lane(*b)) &&
          (oldest == begun_.end() || b->second.since < oldest->second.since))
        oldest = b;
    begun_.erase(oldest);
  }
  std::map<Key, Begun> begun_;
};

Piece piece_of(const uint8_t* record, uint8_t filling) {
  Piece piece;
  const uint8_t flags = record[5];
  piece.offset = (record[2] | size_t{record[3]} << 8) % 0x2000 * 8;
  piece.last = (flags & 1) != 0;
  piece.header.assign((flags & 2) != 0 ? 24 : 20, 1);  // options: no operation
  piece.payload.assign(size_t{record[4]} * 8 + (flags >> 4 & 7u), filling);
  return piece;
}

// An exact copy, so that a sanitizer sees any read past the end.
Bytes fragment_of(const Piece& piece, uint16_t id) {
  Bytes out = piece.header;
  std::fill_n(out.begin(), 20, uint8_t{0});
  out[0] = static_cast<uint8_t>(0x40 | out.size() / 4);
  store_be<uint16_t>(&out[4], id);
  out.insert(out.end(), piece.payload.begin(), piece.payload.end());
  const auto word =
      static_cast<uint16_t>(piece.offset / 8 | (piece.last ? 0 : wire::kMoreFragments));
  wire::finish_ipv4_header(out, piece.header.size(), word);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ReassemblyTable table;
  ReassemblyTable::GivenUp given_up;
  Model model;
  uint64_t now = 1'000'000'000, taken = 0, out = 0;
  for (size_t at = 0, n = 0; at + kRecord <= size && n < 512; at += kRecord, ++n) {
    const uint8_t* record = data + at;
    now += kPause[record[5] >> 2 & 3];
    Piece piece = piece_of(record, static_cast<uint8_t>(n));
    const Bytes bytes = fragment_of(piece, record[1]);
    piece.header.assign(bytes.begin(),
                        bytes.begin() + static_cast<std::ptrdiff_t>(piece.header.size()));
    FragmentKey key;
    key.lane = record[0] & 7u;
    key.identification = record[1];
    table.expire(now, given_up);
    const auto outcome = table.add(key, bytes, now, given_up);
    Bytes whole;
    LAW(outcome.fate == model.add({key.lane, key.identification}, piece, now, whole));
    if (outcome.fate == Fate::kWhole) LAW(std::ranges::equal(outcome.packet, whole));
    LAW(table.held() == model.held());
    LAW(table.held() <= ReassemblyTable::kContexts);
    taken += outcome.fate == Fate::kHeld || outcome.fate == Fate::kWhole;
    out += outcome.fate == Fate::kWhole;
  }
  LAW(given_up.full + given_up.timeout + given_up.overlap + given_up.too_large + out <= taken);
  return 0;
}
