// SPDX-License-Identifier: Apache-2.0
// Laws of every protocol of wire/apps/protocol.h, whatever the bytes. Inputs: inputs.h.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "inputs.h"
#include "law.h"
#include "refusal_law.h"
#include "wire/apps/protocol.h"

namespace bulkhead::test {

// Says each operation in words, so that runs can be compared, and holds the laws of operations.
class Witness final : public wire::OperationSink {
 public:
  void told() noexcept override {
    LAW(operation.app != wire::App::kNone);
    LAW(!operation.name.empty());
    said += std::string(operation.name) + ' ' + std::to_string(operation.code) + ' ' +
            std::to_string(operation.unit) + ' ' + std::to_string(operation.request_id);
    for (const wire::PointRange& point : operation.points) {
      LAW(point.type != wire::PointType::kNone);
      LAW(point.first <= point.last);
      said += ' ' + std::to_string(point.first) + '-' + std::to_string(point.last) + ':' +
              std::to_string(point.detail) + std::string(point.scope) + std::string(point.name);
    }
    for (const wire::ValueView& view : operation.values) {
      LAW(operation.points.empty() || view.range < operation.points.size());
      const size_t width = width_of(view.encoding);
      if (width != 0) LAW(view.bytes.size() == width * view.count);
      if (view.encoding == wire::ValueView::Encoding::kBits)
        LAW(view.bytes.size() == (view.count + 7u) / 8u);
      // Touches every byte, for a sanitizer to see.
      unsigned sum = 0;
      for (const uint8_t byte : view.bytes) sum += byte;
      said += ',' + std::to_string(sum);
    }
    said += '\n';
    ids.push_back(operation.request_id);
  }
  std::string said;
  std::vector<uint64_t> ids;  // of requests, in the order told
};

enum class Carrier { kStream, kDatagram };

// What was told of `frame`, behind the first `before` operations, is refused, on a copy.
template <Carrier kCarrier, typename P>
void try_refusal(const P& connection, wire::Side side, Bytes frame, const Witness& witness,
                 size_t before) {
  if constexpr (wire::Refusing<P>)
    if (witness.ids.size() != before)
      check_refusal<kCarrier == Carrier::kStream>(connection, side, frame, witness.operation,
                                                  std::span(witness.ids).subspan(before));
}

// What a connection tells of a stream, given to it in whole frames.
template <wire::StreamProtocol P>
std::string tell_stream(Bytes stream, uint8_t turns) {
  P protocol;
  Witness witness;
  for (unsigned turn = 0; !stream.empty(); ++turn) {
    const wire::Side side = side_of((turns >> (turn % 8) & 1) != 0);
    const wire::Parsed<size_t> size = protocol.frame_size(side, stream);
    // A header is known in full from some point on, and says the same before and after.
    for (size_t n = 0; n < std::min<size_t>(stream.size(), 32); ++n) {
      const wire::Parsed<size_t> early = protocol.frame_size(side, stream.first(n));
      if (early.ok()) LAW(size.ok() && *size == *early);
      if (early.faulty()) LAW(size.faulty());
      if (early.need_more()) LAW(early.missing() >= 1);
    }
    if (size.faulty()) return witness.said + "framing lost";
    if (size.need_more()) return witness.said + "need more";
    LAW(*size >= 1 && *size <= P::kLongestFrame);
    if (*size > stream.size()) return witness.said + "cut";
    // A copy of its own, so that a sanitizer sees any read past the frame.
    const std::vector<uint8_t> frame(stream.begin(),
                                     stream.begin() + static_cast<ptrdiff_t>(*size));
    P trial = protocol;
    Witness same;
    const wire::Fault tried = trial.frame(side, frame, same);
    const size_t before = witness.said.size(), told = witness.ids.size();
    const wire::Fault fault = protocol.frame(side, frame, witness);
    LAW(fault == tried);
    LAW(witness.said.substr(before) == same.said);  // a copy is as good
    try_refusal<Carrier::kStream>(protocol, side, frame, witness, told);
    if (fault.kind != wire::FaultKind::kNone)
      witness.said += "fault " + std::string(to_string(fault.kind)) + '\n';
    stream = stream.subspan(*size);
  }
  return witness.said;
}

// Every third message is refused; frames that go on say the same with other numbers.
template <wire::Renumbering P>
void check_renumbering(Bytes stream, uint8_t turns) {
  const auto protocol = std::make_unique<P>();
  std::vector<uint8_t> refusal(wire::kLongestRefusal);
  for (unsigned turn = turns % 3u; !stream.empty(); ++turn) {
    const wire::Side side = side_of((turns >> (turn % 8) & 1) != 0);
    const wire::Parsed<size_t> size = protocol->frame_size(side, stream);
    if (!size.ok() || *size > stream.size()) return;
    std::vector<uint8_t> frame(stream.begin(), stream.begin() + static_cast<ptrdiff_t>(*size));
    const auto same = std::make_unique<P>(*protocol);
    Witness original, adapted;
    const wire::Fault fault = protocol->frame(side, frame, original);
    if (turn % 3 == 0 && !original.said.empty()) {
      LAW(protocol->refuse(side, frame, original.operation, refusal) <= refusal.size());
    } else if (protocol->adapt(side, frame)) {
      LAW(same->frame(side, frame, adapted) == fault);
      LAW(adapted.said == original.said);
    }
    stream = stream.subspan(*size);
  }
}

template <wire::StreamProtocol P>
void check_stream(const uint8_t* data, size_t size) {
  if (size < 1) return;
  const Bytes stream(data + 1, size - 1);
  LAW(tell_stream<P>(stream, data[0]) == tell_stream<P>(stream, data[0]));
  (void)P::recognises(stream);
  if constexpr (wire::Renumbering<P>) check_renumbering<P>(stream, data[0]);
}

template <wire::DatagramProtocol P>
void check_datagrams(const uint8_t* data, size_t size) {
  P protocol;
  Witness witness;
  each_datagram({data, size}, [&](uint8_t first, const std::vector<uint8_t>& datagram) {
    const wire::Side side = side_of((first & 1) != 0);
    const size_t told = witness.ids.size();
    (void)protocol.datagram(side, datagram, witness);
    try_refusal<Carrier::kDatagram>(protocol, side, datagram, witness, told);
  });
}

}  // namespace bulkhead::test
