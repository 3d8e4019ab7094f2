// SPDX-License-Identifier: Apache-2.0
// What a policy says of each request of a capture, at the time of the capture, by the image that a
// gateway would be given. Limits of rate and step are taken as met: a capture shows too little of
// what was before.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "dissect/pdu.h"
#include "image/refused_part.h"
#include "policy/model.h"

namespace bulkhead::dataplane {

// Of an operation that no rule lets pass, what did not fit.
struct Refused {
  wire::PointRange points;  // views in the PDU
  uint64_t value = wire::kNoValueKey;
  std::string limit;  // "value 0..1500"; empty: it is the points that are not allowed, or a veto
};

struct Verdict {
  std::string_view verdict;          // "allow", "deny", "monitor"
  std::string relationship;          // that decided; empty: none
  std::string_view reason;           // of a denial: the drop reason; empty when it passes
  std::optional<Refused> refused{};  // none: the flow, or the operation as a whole
};

class Verdicts {
 public:
  // Errors: those of the compiler.
  static Result<std::unique_ptr<Verdicts>> of(const policy::Policy& policy,
                                              const std::string& gateway);

  // Of a request. Faults and responses have the verdict of their flow.
  [[nodiscard]] Verdict of(const Pdu& pdu) const;

 private:
  // Who asks whom, and on which port he answers.
  struct Asking {
    IdentityIndex from, to;
    uint16_t port = 0;
  };
  explicit Verdicts(std::vector<uint8_t> image) : image_(std::move(image)), view_(image_) {}
  [[nodiscard]] Verdict flow(const image::FlowDecision& decision) const;
  [[nodiscard]] Asking asking(const Pdu& pdu, bool of_sender) const;
  [[nodiscard]] image::FlowDecision decide(const Asking& asking, const PduPlace& at) const;
  [[nodiscard]] Verdict against_protocol(const image::FlowDecision& opened,
                                         std::string_view reason) const;

  const std::vector<uint8_t> image_;
  const image::ImageView view_;
};

}  // namespace bulkhead::dataplane
