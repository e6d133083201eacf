"""How long the tests of another build take there, and how long the same checks take here.

    python benchmarks/same_tests.py --build ../before     # half an hour, on a quiet machine

The same checks are the tests of this build whose functions have the name of one of that build, with all that
they are asked since, and those in `RENAMED`. Each build runs its own in its own way (`WAYS`), in turns, with
the environment of this Python.
"""

import argparse
import ast
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# How `make test` runs them: before the wings, and now.
WAYS = {
    "before": [["-n", "2", "--dist", "loadfile", "-m", "not (alone or browser)"], ["-m", "alone or browser"]],
    "now": [["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", "-m", "not alone"], ["-m", "alone"]],
}

# Tests of `e19567d` that have another name here, or several; what none has asks for what is gone.
RENAMED: dict[str, tuple[str, ...]] = {
    # One rule says what is "not sure", and a second network; there are no distances from shapes any more.
    "test_a_digit_is_near_its_own_kind": ("test_letters_are_called_unsure",),
    "test_distances_are_what_the_directions_leave": ("test_doubts_are_those_of_python",),
    "test_what_is_no_digit_is_not_sure": ("test_what_is_no_digit_is_not_sure_and_the_reason_is_said",),
    # Predictions of a drawing are made and drawn in the browser.
    "test_what_is_not_sure_is_pale": ("test_what_is_not_sure_is_pale_and_the_reason_is_said",),
    "test_without_an_answer_there_is_the_hint_and_no_bar": (
        "test_without_a_prediction_there_is_the_hint_and_no_bar",
    ),
    "test_answers_in_words": ("test_predictions_in_words",),
    "test_a_drawing_is_answered_by_each_shipped_model": (
        "test_a_drawing_is_answered_in_the_browser",
        "test_pretrained_models_answer_as_in_keras",
    ),
    "test_one_broken_model_takes_no_other_down": (
        "test_an_epoch_that_is_not_there_is_said_before_anything_is_drawn",
    ),
    "test_while_there_is_no_engine_the_page_says_so_and_answers_later": (
        "test_while_there_is_no_engine_the_browser_answers_and_the_rest_comes_later",
    ),
    "test_a_dead_worker_is_said_and_the_answer_comes_by_itself": (
        "test_a_dead_worker_is_said_and_what_it_answers_comes_by_itself",
    ),
    "test_a_large_photograph_is_sent_small_with_its_frames_in_place": (
        "test_frames_of_a_photograph_lie_in_its_own_pixels_however_small_its_thumbnail_is",
    ),
    "test_a_sheet_in_a_room": ("test_in_a_room",),
    "test_twenty_megapixels_within_the_bound": ("test_large_pictures_within_the_bound",),
    # "Judged" is evaluated, "shipped" pretrained, "kept" cached, "squeezed" of another aspect.
    "test_a_failed_run_is_judged_with_what_it_had_learned": (
        "test_a_failed_run_is_evaluated_with_what_it_had_learned",
    ),
    "test_a_network_of_penalties_is_judged_by_their_difference": (
        "test_a_network_of_penalties_is_evaluated_by_their_difference",
    ),
    "test_a_long_judging_is_done_in_turns": ("test_a_long_evaluation_is_done_in_turns",),
    "test_a_damaged_file_is_judged_again": ("test_a_damaged_file_is_made_again",),
    "test_what_cannot_be_judged_says_why": ("test_what_cannot_be_evaluated_says_why",),
    "test_a_run_that_is_deleted_while_it_is_judged": ("test_a_run_that_is_deleted_while_it_is_evaluated",),
    "test_any_number_of_images_is_judged": ("test_any_number_of_images_is_evaluated",),
    "test_pictures_of_clothes_are_not_judged_as_digits": (
        "test_pictures_of_clothes_are_not_taken_for_digits",
    ),
    "test_the_shipped_ones_pass": ("test_the_pretrained_ones_pass",),
    "test_a_shipped_model_explains_itself": ("test_a_pretrained_model_explains_itself",),
    "test_the_shipped_networks": ("test_the_pretrained_networks",),
    "test_the_shipped_model_reads_drawings_that_it_never_saw": (
        "test_the_pretrained_model_reads_drawings_that_it_never_saw",
    ),
    "test_of_a_run_an_epoch_and_a_shipped_model": ("test_of_a_run_an_epoch_and_a_pretrained_model",),
    "test_a_run_starts_from_a_shipped_model": ("test_a_run_starts_from_a_pretrained_model",),
    "test_a_shipped_model_is_fine_tuned_on_my_digits": (
        "test_a_pretrained_model_is_fine_tuned_on_my_digits",
    ),
    "test_a_shipped_model_and_a_drawing": ("test_a_pretrained_model_and_a_drawing",),
    "test_what_is_larger_than_all_is_given_but_not_kept": (
        "test_what_is_larger_than_all_is_given_but_not_cached",
    ),
    "test_what_is_squeezed_keeps_its_area": ("test_another_aspect_keeps_the_area",),
    "test_a_square_of_background_hides_a_part": ("test_cutout_is_a_square_of_background",),
    "test_a_code_itself_is_as_sure_as_can_be": ("test_a_code_itself_has_the_highest_confidence",),
    "test_an_honest_classifier_has_no_error": ("test_a_well_calibrated_classifier_has_no_error",),
    "test_the_wanted_image_of_a_class_is_answered_with_it": (
        "test_the_image_made_for_a_class_is_predicted_as_it",
    ),
    "test_the_wanted_image_is_as_large_as_stored_images": ("test_the_image_is_as_large_as_stored_images",),
    "test_a_layer_too_large_to_be_kept": ("test_some_images_after_the_others",),
    "test_a_worker_gives_the_data_of_an_ended_run_back": ("test_a_worker_gives_what_an_ended_run_held_back",),
    # Files of models from elsewhere are opened in one place for all pages.
    "test_a_keras_file_from_elsewhere": ("test_a_model_from_a_file", "test_a_file_from_elsewhere"),
    "test_a_keras_file_with_code_in_it": ("test_code_in_a_file",),
    # Small callbacks instead of one recorder.
    "test_steps_are_rows_and_the_status_has_the_newest": (
        "test_steps_are_rows",
        "test_the_figures_are_those_of_the_newest_row",
    ),
    "test_epochs_and_the_best_of_them": (
        "test_epochs_are_rows_with_their_own_seconds",
        "test_the_best_epoch",
    ),
    "test_a_loss_that_is_no_number_is_a_row_but_no_figure": (
        "test_a_loss_that_is_no_number_is_a_row",
        "test_a_figure_that_is_no_number_is_none",
    ),
    # Curves are uPlot's, drawn in the browser; nothing is left of the schema of Vega-Lite.
    "test_a_zoom_survives_the_ticks": ("test_a_zoom_survives_the_ticks_and_another_line",),
    "test_the_same_specification_at_every_tick": ("test_the_same_chart_at_every_tick",),
    "test_every_line_has_a_colour_of_the_theme_for_itself": (
        "test_every_line_has_a_color_of_the_theme_for_itself",
    ),
    "test_the_wheel_alone_is_left_to_the_page": ("test_the_wheel_is_left_to_the_page",),
    "test_every_kind_of_line_is_drawn_and_only_whole_lines_are_hovered": (
        "test_every_kind_of_line_is_drawn",
    ),
    "test_rows_of_lines": ("test_lines_of_other_places_keep_their_own",),
    "test_long_lines_are_thinned_each_by_itself": (
        "test_each_line_is_thinned_by_itself",
        "test_a_long_line_is_thinned_evenly_and_keeps_its_end",
    ),
    # A layer kind is one file; walls are derived from all imports.
    "test_every_layer_kind_has_rules": ("test_both_lists_have_the_same_kinds",),
    "test_heavy_modules_do_load_it": ("test_light_modules_load_no_tensorflow",),
    "test_the_library_knows_no_streamlit": (
        "test_no_import_breaks_a_rule",
        "test_what_breaks_a_rule_is_found",
    ),
    "test_app_is_only_a_router": ("test_the_navigation_is_only_a_router",),
    "test_each_address_has_a_file_for_the_first_link": (
        "test_a_first_link_to_a_fresh_server_goes_through_app",
        "test_no_file_of_pages_answers_before_the_navigation",
    ),
}


def functions(build: Path) -> Iterator[tuple[str, str]]:
    """(name, node id) of each test function of a build."""
    for path in sorted((build / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
                yield node.name, f"{path.relative_to(build)}::{node.name}"


def seconds(build: Path, tests: list[str], way: list[list[str]]) -> float:
    """How long those tests take, all of them where the list is empty; prints pytest's last line each time."""
    started = time.perf_counter()
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(tests))
        file.flush()
        for arguments in way:
            chosen = [f"@{file.name}"] if tests else []
            done = subprocess.run(
                [sys.executable, "-m", "pytest", "-q", *arguments, *chosen],
                cwd=build, env=os.environ | {"PYTHONPATH": ""}, capture_output=True, text=True,
            )  # fmt: skip
            if done.returncode not in (0, 1, 5):  # all passed, some failed, none was chosen
                sys.exit(done.stdout[-2000:] + done.stderr[-2000:])
            failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
            print("  ", *failed, done.stdout.strip().splitlines()[-1], sep="\n  ", flush=True)
    return time.perf_counter() - started


def main() -> None:
    """Run both, print their seconds and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, required=True, help="another checkout")
    before = parser.parse_args().build.resolve()
    there, here = [name for name, _ in functions(before)], list(functions(ROOT))
    wanted = {*there} | {new for old in there for new in RENAMED.get(old, ())}
    chosen = [node for name, node in here if name in wanted]
    names = {name for name, _ in here}
    gone = [old for old in {*there} if old not in names and not names.intersection(RENAMED.get(old, ()))]
    print(
        f"{len(there)} functions there, {len(chosen)} here; not here: {', '.join(sorted(gone))}", flush=True
    )
    new = seconds(ROOT, chosen, WAYS["now"])
    old = seconds(before, [], WAYS["before"])
    print(f"there {old:.0f} s, here {new:.0f} s, {new / old:.2f} of it")


if __name__ == "__main__":
    main()
