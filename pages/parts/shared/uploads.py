"""What was uploaded and is not needed any more. Must not import TensorFlow or Keras."""

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile


def let_go(upload: UploadedFile) -> None:
    """Its bytes, up to 200 MB; call it where its uploader is not shown again.

    Streamlit keeps them as long as the tab is open, also where the uploader is gone.
    """
    if context := get_script_run_ctx():
        context.uploaded_file_mgr.remove_file(context.session_id, upload.file_id)
